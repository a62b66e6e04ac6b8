"""Reads for reopening a case."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import is_of
from services.casework.cases.cases.rules import CLOSED
from services.casework.lifecycle.pathways.models import PathwayStep


async def other_open_case(
    session: AsyncSession, case_id: UUID, family_ids: Collection[UUID], child_ids: Collection[UUID]
) -> UUID | None:
    others = select(Case.id).where(Case.status == "open", Case.id != case_id, is_of(family_ids, child_ids))
    found: UUID | None = await session.scalar(others.limit(1))
    return found


async def last_pathway(session: AsyncSession, case_id: UUID) -> str:
    """On which pathway a case is, or was when it was closed."""
    steps = select(PathwayStep.pathway).where(PathwayStep.case_id == case_id, PathwayStep.pathway != CLOSED)
    found = await session.scalar(steps.order_by(PathwayStep.number.desc()).limit(1))
    assert found is not None
    return found
