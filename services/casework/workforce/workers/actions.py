"""What managers do with the people of their teams, from the day of joining to the last day in post, and the counts of
who holds how much."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import ITSELF
from services.casework.allocation.allocations import queries
from services.casework.cases.cases.actions import announce_standing, follow_team
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import held_by, lock_held_by
from services.casework.cases.holdings.queries import pathways_held_since
from services.casework.workforce.absences.queries import absent_until
from services.casework.workforce.workers.models import Post, Worker, WorkersHolding
from services.casework.workforce.workers.queries import due_by, find_worker, key_worker_since, lock_workers, stays_of
from services.casework.workforce.workers.rules import (
    A_DAY,
    Place,
    Scope,
    Stay,
    begins_on,
    continues,
    is_counted,
    left_on,
    may_see_worker,
    next_change_on,
    obstacle_to,
    stay_on,
    with_change,
    with_end,
    without_change,
    without_changes_after,
)
from services.casework.workforce.workers.schemas import READ_ONLY, NewWorker, WorkerChange, WorkerDetails, WorkerShown
from shared import audit, clock
from shared.auth import Actor
from shared.database import insert_into
from shared.problems import InvalidBody, Problem
from shared.web import VersionChanged, keep_left_out, require_version


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


class HoldsFamilies(Problem):
    status = 409
    code = "holds-families"
    title = (
        "This worker is key worker of families who would have none that is fit for them: move them first; "
        "`call` moves the whole caseload"
    )

    def __init__(self, worker: Worker) -> None:
        call = f"POST /casework/v1/workers/{worker.id}/caseload-transfer"
        super().__init__(families=worker.families, call=call)


class ChangePlanned(Problem):
    status = 409
    code = "change-planned"
    title = "A change of this worker is planned for a later day: take it back first"


class NotAPlannedChange(Problem):
    status = 409
    code = "not-a-planned-change"
    title = "Only a change that is still to come can be taken back"


class NotInPost(Problem):
    status = 409
    code = "not-in-post"
    title = "This worker has left: to take them on again, send leaves_on as null and the day as from_on"


async def add_worker(session: AsyncSession, actor: Actor, sent: NewWorker) -> Worker:
    """Add somebody to a team; one who joins on a later day is in post from that day on."""
    await check_details(session, actor, sent, None)
    joined_on = sent.joined_on or clock.today()
    details = sent.model_dump(exclude={"joined_on"})
    [worker] = await new_workers(session, [(Stay(joined_on, None, sent.place), details)])
    audit.record(session, actor, "worker_add", "worker", worker.id, role=sent.role, area=sent.area.value)
    return worker


async def new_workers(session: AsyncSession, joining: Sequence[tuple[Stay, Mapping[str, Any]]]) -> list[Worker]:
    """Workers who hold nothing yet, each with the first post and the other columns of `Worker`."""
    at_first = {"recorded_at": clock.now(), "in_post": False, "children": 0, "families": 0}
    workers = [Worker(joined_on=stay.from_on, **at_first, **details) for stay, details in joining]
    session.add_all(workers)
    await write_worker(session)
    stays = {worker.id: [stay] for worker, (stay, _) in zip(workers, joining, strict=True)}
    session.add_all(_post(worker_id, stay) for worker_id, [stay] in stays.items())
    await change_counted(session, workers, lambda worker: _show(worker, stays[worker.id]))
    return workers


async def write_posts(session: AsyncSession, worker: Worker, stays: Sequence[Stay]) -> None:
    """Write down where a worker was, is and will be, and bring the worker's own row, which is locked, up to today."""
    await session.execute(delete(Post).where(Post.worker_id == worker.id))
    session.add_all(_post(worker.id, stay) for stay in stays)
    await change_counted(session, [worker], lambda each: _show(each, stays))


def _post(worker_id: UUID, stay: Stay) -> Post:
    return Post(worker_id=worker_id, from_on=stay.from_on, until_on=stay.until_on, **vars(stay.place))


def _show(worker: Worker, stays: Sequence[Stay]) -> None:
    """Whoever is not in post shows where they will be, or were last."""
    today = clock.today()
    present = stay_on(stays, today)
    shown = present or next((stay for stay in stays if stay.from_on > today), stays[-1])
    for name, value in vars(shown.place).items():
        setattr(worker, name, value)
    worker.in_post = present is not None
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


async def write_worker(session: AsyncSession) -> None:
    """Write what was changed of a worker; raises SubjectTaken where another was joined to the person in this moment."""
    try:
        await session.flush()  # here, where it is known which key of the table refuses it
    except IntegrityError as error:
        raise SubjectTaken from error


async def change_worker(
    session: AsyncSession, actor: Actor, worker_id: UUID, if_match: str, sent: WorkerChange
) -> tuple[Worker, list[date]]:
    """Replace a worker's details from a day on; the families that they hold stay counted, lawful and with the team.

    Returns also the days of planned changes that fell away with the last day in post.

    Raises VersionChanged where somebody else changed the worker since the caller read them.
    """
    await find_worker(session, actor, worker_id)
    worker, cases = await _lock(session, worker_id)
    require_version(if_match, worker.version)
    names = ("team", "fte", "registration_number", "subject")
    sent = keep_left_out(sent, {name: getattr(worker, name) for name in names})
    await _check_sent(session, actor, worker, sent)
    stays = await stays_of(session, worker.id)
    leaves_on = sent.leaves_on if "leaves_on" in sent.model_fields_set else worker.leaves_on
    from_on = sent.from_on or begins_on(stays, clock.today()) or clock.today()
    if _has_left(stays) and not _comes_back(stays, sent):
        changed = await _still_gone(session, worker, stays, sent, leaves_on)
    else:
        changed = await _changed(session, worker, stays, sent, from_on, leaves_on)
    renamed = worker.name != sent.name
    worker.name, worker.registration_number = sent.name, sent.registration_number
    worker.subject, worker.leaves_on = sent.subject, leaves_on
    await write_worker(session)
    await _write_posts(session, worker, changed, cases)
    for case in cases if renamed else ():
        await announce_standing(session, case)
    fell_away = [each.from_on for each in stays if leaves_on and each.from_on > max(leaves_on, clock.today())]
    facts = {"role": sent.role, "fte": str(sent.fte), "from_on": from_on.isoformat()}
    fallen = [day.isoformat() for day in fell_away]
    audit.record(session, actor, "worker_change", "worker", worker.id, **facts, changes_fallen_away=fallen)
    return worker, fell_away


async def ensure_in_post_by(session: AsyncSession, worker: Worker, starts_on: date) -> None:
    """Raises InvalidBody where the worker, whose row the caller has locked, was not in post as a key worker since then.

    One without a first day of their own joined on the day on which they were put into the system, or on that of their
    first family: somebody who held a family earlier joined earlier.
    """
    since = await key_worker_since(session, worker.id, clock.today())
    if since and starts_on >= since:
        return
    if since != worker.joined_on:
        raise InvalidBody("/starts_on", "out-of-order", "A worker holds no family before being in post as a key worker")
    first = await queries.first_held_on(session, worker.id)
    if worker.joined_on not in (clock.london_day(worker.recorded_at), first):
        raise InvalidBody("/starts_on", "out-of-order", "A key worker does not start before the worker joined")
    begins = update(Post).where(Post.worker_id == worker.id, Post.from_on == worker.joined_on)
    await session.execute(begins.values(from_on=starts_on))
    worker.joined_on = starts_on


async def take_back_change(session: AsyncSession, actor: Actor, worker_id: UUID, from_on: date, if_match: str) -> None:
    """Take back a change that is planned for a later day."""
    await find_worker(session, actor, worker_id)
    worker, cases = await _lock(session, worker_id)
    require_version(if_match, worker.version)
    stays = await stays_of(session, worker.id)
    planned = any(stay.from_on == from_on for stay in stays) and continues(stays, from_on)
    if from_on <= clock.today() or not planned:
        raise NotAPlannedChange
    await _write_posts(session, worker, without_change(stays, from_on), cases)
    audit.record(session, actor, "worker_change_take_back", "worker", worker.id, from_on=from_on.isoformat())


async def put_due_posts_in_force(session: AsyncSession) -> int:
    """Let one worker begin, change or leave whose day has come; returns how many.

    One in a transaction: of several the counts would be locked in another order than by those who move a family.
    """
    today = clock.today()
    worker_id = await session.scalar(due_by(today).limit(1))
    if worker_id is None:
        return 0
    try:
        worker, cases = await _lock(session, worker_id)
    except VersionChanged:
        return 1  # the next turn sees to it
    if not worker.next_change_on or worker.next_change_on > today:
        return 1
    stays = await stays_of(session, worker.id)
    if worker.leaves_on and worker.leaves_on < today and not _has_left(stays) and not cases:
        last = await queries.held_until(session, worker.id)
        stays = with_end(stays, max(worker.leaves_on + A_DAY, last or worker.leaves_on))
    await _write_posts(session, worker, stays, cases)
    audit.record(session, ITSELF, "worker_post", "worker", worker.id, in_post=worker.in_post, fte=str(worker.fte))
    return 1


async def _lock(session: AsyncSession, worker_id: UUID) -> tuple[Worker, Sequence[Case]]:
    """The worker and the families held, cases first, as everybody locks them."""
    cases = await lock_held_by(session, worker_id)
    worker = (await lock_workers(session, [worker_id]))[worker_id]
    if not cases.keys() >= set(await held_by(session, worker_id)):
        raise VersionChanged  # given a family between the two locks
    return worker, list(cases.values())


async def _write_posts(session: AsyncSession, worker: Worker, stays: Sequence[Stay], cases: Iterable[Case]) -> None:
    await write_posts(session, worker, stays)
    worker.version += 1
    for case in cases:
        follow_team(case, worker)


async def _check_sent(session: AsyncSession, actor: Actor, worker: Worker, sent: WorkerChange) -> None:
    shown = WorkerShown.of(worker, await absent_until(session, [worker.id], clock.today()))
    for name in READ_ONLY:
        if name in sent.model_fields_set and getattr(sent, name) != getattr(shown, name):
            raise InvalidBody(f"/{name}", "read-only", "This is not changed here: leave it out, or send it as it is")
    await check_details(session, actor, sent, worker.id)


def _has_left(stays: Sequence[Stay]) -> bool:
    return stays[-1].until_on is not None


def _comes_back(stays: Sequence[Stay], sent: WorkerChange) -> bool:
    until_on = stays[-1].until_on
    after_leaving = bool(sent.from_on and until_on and sent.from_on >= until_on)
    return after_leaving or ("leaves_on" in sent.model_fields_set and sent.leaves_on is None)


async def _still_gone(
    session: AsyncSession, worker: Worker, stays: Sequence[Stay], sent: WorkerChange, leaves_on: date | None
) -> list[Stay]:
    """Somebody who has left may have another name, or have left on another day."""
    if sent.place != stays[-1].place or sent.from_on:
        raise NotInPost
    return list(stays) if leaves_on == worker.leaves_on else await _left(session, worker, stays, leaves_on)


async def _changed(
    session: AsyncSession,
    worker: Worker,
    stays: Sequence[Stay],
    sent: WorkerChange,
    from_on: date,
    leaves_on: date | None,
) -> list[Stay]:
    """The posts with this change in them, where nothing stands against it."""
    today = clock.today()
    begins, left = begins_on(stays, today), left_on(stays)
    if begins and from_on > begins:
        _require_same_but_fte_and_team(worker, sent)
    await _require_fit(session, worker, sent, from_on)
    if sent.place == _place_of(worker) and not sent.from_on and not _has_left(stays):
        return await _left(session, worker, stays, leaves_on)
    if from_on < worker.joined_on:
        raise InvalidBody("/from_on", "out-of-order", "A change is on or after the day on which the worker joined")
    if left and from_on < left:
        raise InvalidBody("/from_on", "out-of-order", "A change of who has left lies after the last day in post")
    if leaves_on and from_on > leaves_on and sent.from_on:
        raise InvalidBody("/from_on", "out-of-order", "A change is on or before the last day in post")
    planned = any(stay.from_on > max(from_on, today) for stay in stays)
    if planned and (sent.role, sent.area) != (worker.role, worker.area):
        raise ChangePlanned
    return await _left(session, worker, with_change(stays, sent.place, from_on, today), leaves_on)


def _place_of(worker: Worker) -> Place:
    return Place(worker.role, worker.area, worker.team, worker.fte)


def _require_same_but_fte_and_team(worker: Worker, sent: WorkerChange) -> None:
    for name in ("name", "role", "area", "registration_number", "subject"):
        if getattr(sent, name) != getattr(worker, name):
            raise InvalidBody(f"/{name}", "not-ahead", "Only the FTE and the team are changed for a day to come")


async def _require_fit(session: AsyncSession, worker: Worker, sent: WorkerChange, from_on: date) -> None:
    pathways = await pathways_held_since(session, worker.id, from_on)
    unfit = (obstacle_to(sent.role, sent.registration_number, pathway) for pathway in pathways)
    if any(unfit) or (worker.families and sent.area != worker.area):
        raise HoldsFamilies(worker)


async def _left(session: AsyncSession, worker: Worker, stays: Sequence[Stay], leaves_on: date | None) -> list[Stay]:
    """The posts when the last day in post is this one; in the past only where no family was held after it.

    Changes that are planned for later fall away: nobody has another post after the last day in one.
    """
    if leaves_on:
        stays = without_changes_after(stays, leaves_on, clock.today())
    if leaves_on and leaves_on < stays[-1].from_on:
        raise InvalidBody("/leaves_on", "out-of-order", "The last day in post is not before what is recorded after it")
    if leaves_on is None or leaves_on >= clock.today():
        return with_end(stays, None)
    held = await queries.held_until(session, worker.id)
    if worker.leaves_on != leaves_on and (worker.families or (held and held > leaves_on + A_DAY)):
        raise HoldsFamilies(worker)
    return with_end(stays, None if worker.families else max(leaves_on + A_DAY, held or leaves_on))
