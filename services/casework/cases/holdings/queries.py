"""Reads of how cases stood."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.moves.models import CaseMove
from services.casework.cases.cases.models import CaseChild
from services.casework.cases.holdings.models import Holding
from services.casework.lifecycle.pathways.models import PathwayStep


async def last_fact_on(session: AsyncSession, case_id: UUID) -> date:
    """The latest day on record of how a case stood: what ends everything is not dated before it."""
    columns: Sequence[Any] = (
        PathwayStep.from_on,
        CaseMove.from_on,
        CaseChild.joined_on,
        Allocation.starts_on,
        Allocation.ended_on,
    )
    days = union_all(*(select(column.label("day")).where(column.class_.case_id == case_id) for column in columns))
    found: date | None = await session.scalar(select(func.max(days.subquery().c.day)))
    assert found is not None
    return found


async def pathways_held_since(session: AsyncSession, worker_id: UUID, from_on: date) -> Sequence[str]:
    """The pathways of the families that this worker held on that day or held after it."""
    held = select(Holding.pathway).where(
        Holding.key_worker_id == worker_id, or_(Holding.until_on.is_(None), Holding.until_on > from_on)
    )
    return (await session.scalars(held.distinct())).all()
