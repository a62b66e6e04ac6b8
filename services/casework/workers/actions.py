"""What managers do with the people of their teams."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workers.models import Worker
from services.casework.workers.queries import find_worker
from services.casework.workers.rules import Post, may_see_worker
from services.casework.workers.schemas import WorkerDetails
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem
from shared.web import require_version


class SubjectTaken(Problem):
    status = 409
    code = "subject-taken"
    title = "Another worker is joined to this person already"


async def add_worker(session: AsyncSession, actor: Actor, sent: WorkerDetails) -> Worker:
    await _check(session, actor, sent, None)
    worker = Worker(recorded_at=clock.now(), **sent.model_dump())
    session.add(worker)
    await session.flush()
    audit.record(session, actor, "worker_add", "worker", worker.id, role=sent.role, area=sent.area.value)
    return worker


async def change_worker(
    session: AsyncSession, actor: Actor, worker_id: UUID, if_match: str, sent: WorkerDetails
) -> Worker:
    """Replace a worker's details. Raises VersionChanged where somebody else did so since the caller read them."""
    worker = await find_worker(session, actor, worker_id, lock=True)
    require_version(if_match, worker.version)
    await _check(session, actor, sent, worker_id)
    for name, value in sent.model_dump().items():
        setattr(worker, name, value)
    worker.version += 1
    audit.record(session, actor, "worker_change", "worker", worker.id, role=sent.role, fte=str(sent.fte))
    return worker


async def _check(session: AsyncSession, actor: Actor, sent: WorkerDetails, worker_id: UUID | None) -> None:
    if not may_see_worker(actor, Post(sent.area, sent.team)):
        raise InvalidBody("/area", "outside-your-scope", "This is not an area and team that your role is for")
    if sent.subject is None:
        return
    joined = await session.scalar(select(Worker.id).where(Worker.subject == sent.subject))
    if joined not in (None, worker_id):
        raise SubjectTaken
