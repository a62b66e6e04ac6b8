"""What managers do with the people of their teams, and the counts of who holds how much."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workers.models import Post, Worker, WorkersHolding
from services.casework.workers.rules import Scope, is_counted, may_see_worker
from services.casework.workers.schemas import WorkerDetails
from shared import audit, clock
from shared.auth import Actor
from shared.database import insert_into
from shared.problems import InvalidBody, Problem


class SubjectTaken(Problem):
    status = 409
    code = "subject-taken"
    title = "Another worker is joined to this person already"


@dataclass(frozen=True)
class Load:
    """What a worker holds."""

    families: int
    children: int


@dataclass
class _Tally:
    workers: int = 0
    families: int = 0
    fte: Decimal = Decimal(0)

    def add(self, worker: Worker, by: int) -> None:
        self.workers += by
        self.families += by * worker.families
        self.fte += by * worker.fte


async def add_worker(session: AsyncSession, actor: Actor, sent: WorkerDetails) -> Worker:
    await check_details(session, actor, sent, None)
    now = clock.now()
    worker = Worker(
        recorded_at=now, joined_on=clock.today(), in_post=False, children=0, families=0, **sent.model_dump()
    )
    session.add(worker)
    await session.flush()
    session.add(
        Post(
            worker_id=worker.id,
            from_on=worker.joined_on,
            role=worker.role,
            area=worker.area,
            team=worker.team,
            fte=worker.fte,
        )
    )
    await change_counted(session, [worker], lambda each: setattr(each, "in_post", True))
    audit.record(session, actor, "worker_add", "worker", worker.id, role=sent.role, area=sent.area.value)
    return worker


async def count_workers(session: AsyncSession, loads: Mapping[UUID, Load]) -> None:
    """Keep what each of these workers holds, whose rows the caller has locked."""
    found = await session.scalars(
        select(Worker).where(Worker.id.in_(loads)).order_by(Worker.id).execution_options(populate_existing=True)
    )

    def hold(worker: Worker) -> None:
        worker.families, worker.children = loads[worker.id].families, loads[worker.id].children

    await change_counted(session, found.all(), hold)


async def change_counted(session: AsyncSession, workers: Iterable[Worker], change: Callable[[Worker], None]) -> None:
    """Change workers, whose rows the caller has locked, in what `WorkersHolding` counts, and the counts with them.

    Every change of area, role, FTE, being in post or what is held goes through here.
    """
    tallies: dict[tuple[str, int], _Tally] = defaultdict(_Tally)
    for worker in workers:
        if is_counted(worker.role, worker.in_post):
            tallies[worker.area, worker.children].add(worker, -1)
        change(worker)
        if is_counted(worker.role, worker.in_post):
            tallies[worker.area, worker.children].add(worker, +1)
    await session.flush()
    for (area, children), tally in sorted(tallies.items()):
        if tally != _Tally():
            more = insert_into(session, WorkersHolding).values(area=area, children=children, **vars(tally))
            added = {name: getattr(WorkersHolding, name) + value for name, value in vars(tally).items()}
            await session.execute(more.on_conflict_do_update(index_elements=["area", "children"], set_=added))


async def check_details(session: AsyncSession, actor: Actor, sent: WorkerDetails, worker_id: UUID | None) -> None:
    """Raises what stands against these details, whoever the worker is now."""
    if not may_see_worker(actor, Scope(sent.area, sent.team)):
        raise InvalidBody("/area", "outside-your-scope", "This is not an area and team that your role is for")
    if sent.subject is None:
        return
    joined = await session.scalar(select(Worker.id).where(Worker.subject == sent.subject))
    if joined not in (None, worker_id):
        raise SubjectTaken
