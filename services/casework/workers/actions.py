"""What managers do with the people of their teams."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workers.models import Worker
from services.casework.workers.rules import Post, may_see_worker
from services.casework.workers.schemas import WorkerDetails
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem


class SubjectTaken(Problem):
    status = 409
    code = "subject-taken"
    title = "Another worker is joined to this person already"


async def add_worker(session: AsyncSession, actor: Actor, sent: WorkerDetails) -> Worker:
    await check_details(session, actor, sent, None)
    worker = Worker(recorded_at=clock.now(), **sent.model_dump())
    session.add(worker)
    await session.flush()
    audit.record(session, actor, "worker_add", "worker", worker.id, role=sent.role, area=sent.area.value)
    return worker


async def check_details(session: AsyncSession, actor: Actor, sent: WorkerDetails, worker_id: UUID | None) -> None:
    """Raises what stands against these details, whoever the worker is now."""
    if not may_see_worker(actor, Post(sent.area, sent.team)):
        raise InvalidBody("/area", "outside-your-scope", "This is not an area and team that your role is for")
    if sent.subject is None:
        return
    joined = await session.scalar(select(Worker.id).where(Worker.subject == sent.subject))
    if joined not in (None, worker_id):
        raise SubjectTaken
