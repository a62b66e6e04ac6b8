"""Reads of workers, filtered by what the actor may see."""

from collections.abc import Iterable
from datetime import date
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
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    worker = await session.scalar(found)
    if worker is None:
        raise NotFound("worker", worker_id)
    return worker


async def lock_workers(session: AsyncSession, worker_ids: Iterable[UUID]) -> dict[UUID, Worker]:
    """Lock workers in the one order in which everybody locks them; who locks a case as well locks it before."""
    rows = select(Worker).where(Worker.id.in_(sorted(worker_ids))).order_by(Worker.id).with_for_update()
    found = await session.scalars(rows.execution_options(populate_existing=True))
    return {worker.id: worker for worker in found}


async def absent_until(session: AsyncSession, worker_ids: Iterable[UUID], day: date) -> dict[UUID, date | None]:
    """Those of these workers who are on leave on a day, with the last day of the leave as far as it is known."""
    raise NotImplementedError
