"""Reads of workers, filtered by what the actor may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workers.models import Worker
from shared.auth import Actor
from shared.problems import NotFound


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`rules.may_see_worker` in SQL."""
    area = Worker.area == actor.area if actor.area else true()
    team = Worker.team == actor.team if actor.team else true()
    return and_(area, team)


async def find_worker(session: AsyncSession, actor: Actor, worker_id: UUID, *, lock: bool = False) -> Worker:
    """Raises NotFound where the actor may not see the worker."""
    found = select(Worker).where(Worker.id == worker_id, visible_to(actor))
    worker = await session.scalar(found.with_for_update() if lock else found)
    if worker is None:
        raise NotFound("worker", worker_id)
    return worker
