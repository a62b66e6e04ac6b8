"""Changing what a worker is, from a day on: details, FTE, team, leaving and coming back."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import ITSELF
from services.casework.allocations.rules import obstacle_to
from services.casework.cases.models import Case
from services.casework.posts import queries
from services.casework.posts.schemas import READ_ONLY, WorkerChange
from services.casework.workers.actions import check_details, keep_joined, put_in_posts
from services.casework.workers.models import Worker
from services.casework.workers.queries import absent_until, find_worker, lock_workers, stays_of
from services.casework.workers.rules import (
    A_DAY,
    Place,
    Stay,
    begins_on,
    continues,
    left_on,
    with_change,
    with_end,
    without_change,
)
from services.casework.workers.schemas import WorkerShown
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem
from shared.web import VersionChanged, require_version


class HoldsFamilies(Problem):
    status = 409
    code = "holds-families"
    title = (
        "This worker is key worker of families who would have none that is fit for them: move them first, "
        "the whole caseload with POST /workers/{id}/caseload-transfer"
    )


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


async def change_worker(
    session: AsyncSession, actor: Actor, worker_id: UUID, if_match: str, sent: WorkerChange
) -> Worker:
    """Replace a worker's details from a day on; the families that they hold stay counted, lawful and with the team.

    Raises VersionChanged where somebody else changed the worker since the caller read them.
    """
    await find_worker(session, actor, worker_id)
    worker, cases = await _lock(session, worker_id)
    require_version(if_match, worker.version)
    await _check_sent(session, actor, worker, sent)
    stays = await stays_of(session, worker.id)
    leaves_on = sent.leaves_on if "leaves_on" in sent.model_fields_set else worker.leaves_on
    from_on = sent.from_on or begins_on(stays, clock.today()) or clock.today()
    if _has_left(stays) and not _comes_back(stays, sent):
        changed = await _still_gone(session, worker, stays, sent, leaves_on)
    else:
        changed = await _changed(session, worker, stays, sent, from_on, leaves_on)
    worker.name, worker.registration_number = sent.name, sent.registration_number
    worker.subject, worker.leaves_on = sent.subject, leaves_on
    await keep_joined(session)
    await _put_in_posts(session, worker, changed, cases)
    facts = {"role": sent.role, "fte": str(sent.fte), "from_on": from_on.isoformat()}
    audit.record(session, actor, "worker_change", "worker", worker.id, **facts)
    return worker


async def take_back_change(session: AsyncSession, actor: Actor, worker_id: UUID, from_on: date, if_match: str) -> None:
    """Take back a change that is planned for a later day."""
    await find_worker(session, actor, worker_id)
    worker, cases = await _lock(session, worker_id)
    require_version(if_match, worker.version)
    stays = await stays_of(session, worker.id)
    planned = any(stay.from_on == from_on for stay in stays) and continues(stays, from_on)
    if from_on <= clock.today() or not planned:
        raise NotAPlannedChange
    await _put_in_posts(session, worker, without_change(stays, from_on), cases)
    audit.record(session, actor, "worker_change_take_back", "worker", worker.id, from_on=from_on.isoformat())


async def put_due_posts_in_force(session: AsyncSession) -> int:
    """Let one worker begin, change or leave whose day has come; returns how many.

    One in a transaction: of several the counts would be locked in another order than by those who move a family.
    """
    today = clock.today()
    worker_id = await session.scalar(queries.due_by(today).limit(1))
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
    await _put_in_posts(session, worker, stays, cases)
    audit.record(session, ITSELF, "worker_post", "worker", worker.id, in_post=worker.in_post, fte=str(worker.fte))
    return 1


async def _lock(session: AsyncSession, worker_id: UUID) -> tuple[Worker, Sequence[Case]]:
    """The worker and the families held, cases first, as everybody locks them."""
    cases = await queries.lock_held_by(session, worker_id)
    worker = (await lock_workers(session, [worker_id]))[worker_id]
    if not cases.keys() >= set(await queries.held_by(session, worker_id)):
        raise VersionChanged  # given a family between the two locks
    return worker, list(cases.values())


async def _put_in_posts(session: AsyncSession, worker: Worker, stays: Sequence[Stay], cases: Iterable[Case]) -> None:
    await put_in_posts(session, worker, stays)
    worker.version += 1
    for case in cases:
        if case.team != worker.team:
            case.team = worker.team
            case.version += 1


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
    pathways = await queries.pathways_held_since(session, worker.id, from_on)
    unfit = (obstacle_to(sent.role, sent.registration_number, pathway) for pathway in pathways)
    if any(unfit) or (worker.families and sent.area != worker.area):
        raise HoldsFamilies(families=worker.families)


async def _left(session: AsyncSession, worker: Worker, stays: Sequence[Stay], leaves_on: date | None) -> list[Stay]:
    """The posts when the last day in post is this one; in the past only where no family was held after it."""
    if leaves_on and leaves_on < stays[-1].from_on:
        raise InvalidBody("/leaves_on", "out-of-order", "The last day in post is not before what is recorded after it")
    if leaves_on is None or leaves_on >= clock.today():
        return with_end(stays, None)
    held = await queries.held_until(session, worker.id)
    if worker.leaves_on != leaves_on and (worker.families or (held and held > leaves_on + A_DAY)):
        raise HoldsFamilies(families=worker.families)
    return with_end(stays, None if worker.families else max(leaves_on + A_DAY, held or leaves_on))
