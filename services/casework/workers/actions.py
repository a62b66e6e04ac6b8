"""What managers do with the people of their teams, and the counts of who holds how much."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workers.models import Absence, Post, Worker, WorkersHolding
from services.casework.workers.queries import find_absence, find_worker
from services.casework.workers.rules import Scope, Stay, is_counted, may_see_worker, next_change_on, overlap, stay_on
from services.casework.workers.schemas import AbsenceDetails, NewWorker, WorkerDetails
from shared import audit, clock
from shared.auth import Actor
from shared.database import insert_into
from shared.problems import InvalidBody, Problem
from shared.web import require_version


class SubjectTaken(Problem):
    status = 409
    code = "subject-taken"
    title = "Another worker is joined to this person already"


class AbsencesOverlap(Problem):
    status = 409
    code = "absences-overlap"
    title = "This worker is on leave on some of these days already: change or remove that leave"


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


async def add_worker(session: AsyncSession, actor: Actor, sent: NewWorker) -> Worker:
    """Add somebody to a team; one who joins on a later day is in post from that day on."""
    await check_details(session, actor, sent, None)
    joined_on = sent.joined_on or clock.today()
    worker = Worker(
        recorded_at=clock.now(),
        joined_on=joined_on,
        in_post=False,
        children=0,
        families=0,
        **sent.model_dump(exclude={"joined_on"}),
    )
    session.add(worker)
    await keep_joined(session)
    await put_in_posts(session, worker, [Stay(joined_on, None, sent.place)])
    audit.record(session, actor, "worker_add", "worker", worker.id, role=sent.role, area=sent.area.value)
    return worker


async def put_in_posts(session: AsyncSession, worker: Worker, stays: Sequence[Stay]) -> None:
    """Keep where a worker was, is and will be, and bring the worker's own row up to today; the caller has locked it.

    Whoever is not in post shows where they will be, or were last.
    """
    today = clock.today()
    await session.execute(delete(Post).where(Post.worker_id == worker.id))
    session.add_all(
        Post(worker_id=worker.id, from_on=stay.from_on, until_on=stay.until_on, **vars(stay.place)) for stay in stays
    )
    present = stay_on(stays, today)
    shown = present or next((stay for stay in stays if stay.from_on > today), stays[-1])

    def stand(each: Worker) -> None:
        for name, value in vars(shown.place).items():
            setattr(each, name, value)
        each.in_post = present is not None

    await change_counted(session, [worker], stand)
    worker.next_change_on = next_change_on(stays, worker.leaves_on, today)


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


async def keep_joined(session: AsyncSession) -> None:
    """Write what was changed of a worker; raises SubjectTaken where another was joined to the person in this moment."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise SubjectTaken from error


async def record_absence(session: AsyncSession, actor: Actor, worker_id: UUID, sent: AbsenceDetails) -> Absence:
    """Record leave, of the past, going on or to come; the worker's row is locked, so that two do not overlap."""
    worker = await find_worker(session, actor, worker_id, lock=True)
    await _check_absence(session, worker, sent, None)
    absence = Absence(
        worker_id=worker.id, recorded_by=actor.subject, recorded_at=clock.now(), version=1, **sent.model_dump()
    )
    session.add(absence)
    await session.flush()
    audit.record(session, actor, "absence_record", "worker", worker.id, absence_id=str(absence.id))
    return absence


async def change_absence(
    session: AsyncSession, actor: Actor, worker_id: UUID, absence_id: UUID, if_match: str, sent: AbsenceDetails
) -> Absence:
    """Change a leave, above all to say when it ends."""
    worker = await find_worker(session, actor, worker_id, lock=True)
    absence = await find_absence(session, worker.id, absence_id)
    require_version(if_match, absence.version)
    await _check_absence(session, worker, sent, absence.id)
    absence.kind, absence.from_on, absence.last_on = sent.kind, sent.from_on, sent.last_on
    absence.version += 1
    audit.record(session, actor, "absence_change", "worker", worker.id, absence_id=str(absence.id))
    return absence


async def remove_absence(session: AsyncSession, actor: Actor, worker_id: UUID, absence_id: UUID, if_match: str) -> None:
    """Take back a leave that was recorded by mistake or not taken."""
    worker = await find_worker(session, actor, worker_id, lock=True)
    absence = await find_absence(session, worker.id, absence_id)
    require_version(if_match, absence.version)
    await session.delete(absence)
    audit.record(session, actor, "absence_remove", "worker", worker.id, absence_id=str(absence.id))


async def _check_absence(session: AsyncSession, worker: Worker, sent: AbsenceDetails, absence_id: UUID | None) -> None:
    if sent.from_on < worker.joined_on:
        raise InvalidBody("/from_on", "out-of-order", "Leave begins on or after the day on which the worker joined")
    if sent.last_on and sent.last_on < sent.from_on:
        raise InvalidBody("/last_on", "out-of-order", "The last day of leave is not before the first")
    others = await session.scalars(select(Absence).where(Absence.worker_id == worker.id, Absence.id != absence_id))
    if any(overlap((sent.from_on, sent.last_on), (other.from_on, other.last_on)) for other in others):
        raise AbsencesOverlap
