"""What a worker held, and until when."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import Allocation, Case, Holding
from services.casework.workers.models import Worker


async def lock_held_by(session: AsyncSession, worker_id: UUID) -> Mapping[UUID, Case]:
    """Lock the open cases of a worker, before the worker is locked."""
    held = select(Case).where(Case.key_worker_id == worker_id, Case.status == "open").order_by(Case.id)
    found = await session.scalars(held.with_for_update().execution_options(populate_existing=True))
    return {case.id: case for case in found}


async def held_by(session: AsyncSession, worker_id: UUID) -> Sequence[UUID]:
    """The open cases of a worker: some dozen."""
    held = await session.scalars(select(Case.id).where(Case.key_worker_id == worker_id, Case.status == "open"))
    return held.all()


async def pathways_held_since(session: AsyncSession, worker_id: UUID, from_on: date) -> Sequence[str]:
    """The pathways of the families that this worker held on that day or held after it."""
    held = select(Holding.pathway).where(
        Holding.key_worker_id == worker_id, or_(Holding.until_on.is_(None), Holding.until_on > from_on)
    )
    return (await session.scalars(held.distinct())).all()


async def held_until(session: AsyncSession, worker_id: UUID) -> date | None:
    """The day on which this worker's last family had another key worker or was closed."""
    ended: date | None = await session.scalar(
        select(func.max(Allocation.ended_on)).where(Allocation.worker_id == worker_id)
    )
    return ended


def due_by(today: date) -> Select[UUID]:
    """Workers whose post begins, changes or has ended by now; nobody leaves who holds families."""
    may_change = or_(Worker.leaves_on.is_(None), Worker.leaves_on >= today, Worker.families == 0)
    return (
        select(Worker.id).where(Worker.next_change_on <= today, may_change).order_by(Worker.next_change_on, Worker.id)
    )
