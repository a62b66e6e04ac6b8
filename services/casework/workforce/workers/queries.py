"""Reads of workers, filtered by what the actor may see."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workforce.workers import rules
from services.casework.workforce.workers.models import Post, Worker
from services.casework.workforce.workers.rules import Place, Stay, team_key
from services.casework.workforce.workers.schemas import WorkerNamed, WorkersQuery
from shared.auth import Actor
from shared.problems import NotFound


def visible_to(actor: Actor, of: type[Worker] | type[Post] = Worker) -> ColumnElement[bool]:
    """`may_see_worker` of `workforce/workers/rules.py` in SQL: by where the worker is now, or was in a post.

    `tests/services/casework/cases/test_casework_rules.py` holds the two together.
    """
    area = of.area == actor.area if actor.area else true()
    team = of.team_key == team_key(actor.team) if actor.team else true()
    return and_(area, team)


def members(actor: Actor, query: WorkersQuery) -> Select[Worker]:
    rows = select(Worker).where(visible_to(actor))
    for column, wanted in (
        (Worker.area, query.area),
        (Worker.team_key, team_key(query.team)),
        (Worker.role, query.role),
        (Worker.in_post, query.in_post),
    ):
        if wanted is not None:
            rows = rows.where(column == wanted)
    return rows


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


async def stays_of(session: AsyncSession, worker_id: UUID) -> list[Stay]:
    """Where a worker was, is and will be, oldest first: a few posts in a working life."""
    posts = await session.scalars(select(Post).where(Post.worker_id == worker_id).order_by(Post.from_on))
    return [Stay(post.from_on, post.until_on, Place(post.role, post.area, post.team, post.fte)) for post in posts]


async def key_worker_since(session: AsyncSession, worker_id: UUID, day: date) -> date | None:
    """Since when, without a break, this worker has been one who can be key worker; None where not so on that day.

    A family is held by nobody before that day: caseloads of past days count each family with its worker's post.
    """
    return rules.key_worker_since(await stays_of(session, worker_id), day)


def due_by(today: date) -> Select[UUID]:
    """Workers whose post begins, changes or has ended by now; nobody leaves who holds families."""
    may_change = or_(Worker.leaves_on.is_(None), Worker.leaves_on >= today, Worker.families == 0)
    return (
        select(Worker.id).where(Worker.next_change_on <= today, may_change).order_by(Worker.next_change_on, Worker.id)
    )


async def names_of(session: AsyncSession, subjects: Iterable[str | None]) -> dict[str | None, str]:
    """The names of the workers who are joined to these subjects."""
    rows = await session.execute(select(Worker.subject, Worker.name).where(Worker.subject.in_(set(subjects) - {None})))
    return {subject: name for subject, name in rows if subject}


async def workers_named(session: AsyncSession, worker_ids: Iterable[UUID]) -> dict[UUID, WorkerNamed]:
    """These workers by name, also those who have left."""
    rows = await session.execute(select(Worker.id, Worker.name).where(Worker.id.in_(set(worker_ids))))
    return {worker_id: WorkerNamed(id=worker_id, name=name) for worker_id, name in rows}
