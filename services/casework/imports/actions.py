"""Taking workers, open cases and allocations over from an older system, all of a file or nothing of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocations.rules import obstacle_to
from services.casework.cases.actions import move_case, settle
from services.casework.cases.models import Allocation, Case
from services.casework.ceilings.queries import ceiling_in_force
from services.casework.ceilings.rules import ceiling_of, fits
from services.casework.files.actions import Import
from services.casework.files.queries import imported
from services.casework.files.rules import by_key, id_of, repeated
from services.casework.files.schemas import Numbered, read_rows
from services.casework.imported_cases.actions import import_cases, note_all
from services.casework.imports import queries
from services.casework.imports.rules import Span, overlaps
from services.casework.imports.schemas import AllocationRow, ImportDone, ImportWarning, Kind, WorkerRow
from services.casework.workers.actions import put_in_posts
from services.casework.workers.models import Worker
from services.casework.workers.queries import lock_workers
from services.casework.workers.rules import Place, Stay
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import CaseAllocated, CaseloadCeilingExceeded

ONE_AT_A_TIME = "imports"
FROM_OLDER_SYSTEM = "Came so from the older system"
ONE_DAY = timedelta(days=1)


async def import_file(session: AsyncSession, actor: Actor, kind: Kind, text: str, *, keep: bool) -> ImportDone:
    """Import a file, or, where it is not to be kept, undo it at the end: what it would do is then exactly what it did.

    Imports wait for one another, so that of two that bring the same rows the second finds those of the first.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtext(ONE_AT_A_TIME))))
    work = Import(session, actor)
    attempt = await session.begin_nested()
    warnings = await IMPORTS[kind](work, text)
    if keep:
        await attempt.commit()
        audit.record(session, actor, "file_import", "import", kind, rows=work.rows, added=work.added)
    else:
        await attempt.rollback()
    return ImportDone(
        kind=kind, rows=work.rows, added=work.added, already_there=work.rows - work.added, warnings=warnings
    )


async def _take_workers(work: Import, text: str) -> list[ImportWarning]:
    await _import_workers(work, text)
    return []


async def _take_cases(work: Import, text: str) -> list[ImportWarning]:
    await import_cases(work, text)
    return []


async def _import_workers(work: Import, text: str) -> None:
    rows, work.faults = read_rows(text, WorkerRow)
    for row in repeated((each.said.old_reference, each.row) for each in rows):
        work.fault(row, "old_reference", "twice", "An earlier row has this reference")
    for row in repeated((each.said.subject, each.row) for each in rows if each.said.subject):
        work.fault(row, "subject", "twice", "An earlier row is joined to this person")
    known = await imported(work.session, "worker", (each.said.old_reference for each in rows))
    new = [each for each in rows if not work.is_known(each.row, known.get(each.said.old_reference), each.said.digest)]
    taken = await queries.taken_subjects(work.session, (each.said.subject for each in new))
    for each in new:
        if each.said.subject in taken:
            work.fault(each.row, "subject", "subject-taken", "Another worker is joined to this person already")
    work.refuse_if_faulty()
    work.rows, work.added = len(rows), len(new)
    await _add_workers(work, new)


async def _add_workers(work: Import, rows: Sequence[Numbered[WorkerRow]]) -> None:
    for each in sorted(rows, key=lambda each: each.said.area):  # the order in which everybody locks the counts
        worker = _worker(each.said)
        work.session.add(worker)
        await work.session.flush()
        until_on = each.said.left_on and each.said.left_on + ONE_DAY
        place = Place(worker.role, worker.area, worker.team, worker.fte)
        await put_in_posts(work.session, worker, [Stay(worker.joined_on, until_on, place)])
        work.remember("worker", each.said.old_reference, each.said.digest, worker.id)
        audit.record(work.session, work.actor, "worker_import", "worker", worker.id, role=worker.role, area=worker.area)


def _worker(said: WorkerRow) -> Worker:
    return Worker(
        id=id_of("worker", said.old_reference),
        **said.model_dump(exclude={"old_reference", "left_on"}),
        leaves_on=said.left_on,
        recorded_at=clock.now(),
        in_post=False,
        children=0,
        families=0,
    )


@dataclass(frozen=True)
class _Held:
    """A new row of allocations with the case and the worker that it names."""

    row: int
    said: AllocationRow
    case: Case
    worker: Worker

    @property
    def about_id(self) -> UUID:
        return id_of("allocation", self.said.key)


async def _take_allocations(work: Import, text: str) -> list[ImportWarning]:
    rows, work.faults = read_rows(text, AllocationRow)
    for row in repeated((each.said.key, each.row) for each in rows):
        work.fault(row, "starts_on", "twice", "An earlier row has an allocation of this case from this day")
    known = await imported(work.session, "allocation", (each.said.key for each in rows))
    new = [each for each in rows if not work.is_known(each.row, known.get(each.said.key), each.said.digest)]
    held = await _find(work, new)
    for each in held:
        _check(work, each)
    await _check_overlaps(work, held)
    work.refuse_if_faulty()
    work.rows, work.added = len(rows), len(new)
    return await _add_allocations(work, held)


async def _find(work: Import, rows: Sequence[Numbered[AllocationRow]]) -> list[_Held]:
    """The rows with what they name, locked: cases first, then all workers concerned."""
    cases = await imported(work.session, "case", (each.said.case_reference for each in rows))
    worker_ids = await queries.workers_of(work.session, {each.said.worker_reference for each in rows})
    locked = await queries.lock_cases(work.session, (row.about_id for row in cases.values()))
    present = {case.key_worker_id for case in locked.values() if case.key_worker_id}
    workers = await lock_workers(work.session, present | set(worker_ids.values()))
    held = []
    for each in rows:
        case, worker_id = cases.get(each.said.case_reference), worker_ids.get(each.said.worker_reference)
        if case is None:
            work.fault(each.row, "case_reference", "unknown", "No file told of this case: import the cases first")
        if worker_id is None:
            work.fault(each.row, "worker_reference", "unknown", "There is no such worker: import the workers first")
        if case and worker_id:
            held.append(_Held(each.row, each.said, locked[case.about_id], workers[worker_id]))
    return held


def _check(work: Import, held: _Held) -> None:
    said, case, worker = held.said, held.case, held.worker
    if case.status != "open":
        work.fault(held.row, "case_reference", "case-closed", "This case has been closed since it was imported")
    if said.starts_on < case.opened_on:
        work.fault(held.row, "starts_on", "out-of-order", "An allocation does not start before the case was opened")
    if said.starts_on < worker.joined_on:
        work.fault(held.row, "starts_on", "out-of-order", "The worker joined later")
    last_day = said.ended_on - ONE_DAY if said.ended_on else clock.today()
    if worker.leaves_on and last_day > worker.leaves_on:
        work.fault(held.row, "ended_on", "out-of-order", "The worker had left by then")
    obstacle = obstacle_to(worker.role, worker.registration_number, case.pathway)
    if obstacle == "not-a-key-worker" or (obstacle and said.ended_on is None):
        rule = "The key worker is a social worker or family support worker, registered where the pathway needs it"
        work.fault(held.row, "worker_reference", obstacle, rule)


async def _check_overlaps(work: Import, held: Sequence[_Held]) -> None:
    known = await queries.spans_of(work.session, {each.case.id for each in held})
    told = by_key((each.case.id, Span(each.said.starts_on, each.said.ended_on, each.row)) for each in held)
    for case_id, spans in told.items():
        for row in overlaps([*known.get(case_id, []), *spans]):
            work.fault(row, "starts_on", "overlaps", "Another key worker holds this family then")


async def _add_allocations(work: Import, held: Sequence[_Held]) -> list[ImportWarning]:
    per_full_time = (await ceiling_in_force(work.session)).children
    made = {each.about_id: _allocation(work, each, per_full_time) for each in held}
    cases = {each.case.id: each.case for each in held}
    work.session.add_all(made.values())
    for each in held:
        work.remember("allocation", each.said.key, each.said.digest, each.about_id)
        facts = {"worker_id": str(each.worker.id), "starts_on": each.said.starts_on.isoformat()}
        audit.record(work.session, work.actor, "allocation_import", "case", each.case.id, **facts)
        if each.said.ended_on is None and each.case.area is None:
            await move_case(work.session, work.actor, each.case, each.worker.area, each.case.opened_on)
    await settle(work.session, cases.values())
    entries = [(each.about_id, each.case, each.said.starts_on, {"worker_id": str(each.worker.id)}) for each in held]
    await note_all(work, "case_allocated", entries, await queries.children_of(work.session, cases.keys()))
    current = [each for each in held if each.said.ended_on is None]
    await outbox.record_all(work.session, [_allocated(each) for each in current])
    return await _warn(work, current, made)


def _allocation(work: Import, held: _Held, per_full_time: int) -> Allocation:
    return Allocation(
        id=held.about_id,
        case_id=held.case.id,
        worker_id=held.worker.id,
        starts_on=held.said.starts_on,
        ended_on=held.said.ended_on,
        end_reason="transferred" if held.said.ended_on else None,
        children=held.case.child_count,
        ceiling=ceiling_of(per_full_time, held.worker.fte),
        allocated_by=work.actor.subject,
        allocated_at=clock.now(),
    )


def _allocated(held: _Held) -> CaseAllocated:
    return CaseAllocated(
        case_id=held.case.id,
        family_id=held.case.family_id,
        worker_id=held.worker.id,
        area=held.worker.area,
        children=held.case.child_count,
        starts_on=held.said.starts_on,
    )


async def _warn(work: Import, current: Sequence[_Held], made: Mapping[UUID, Allocation]) -> list[ImportWarning]:
    """What the workers hold when all is imported; one over the ceiling is announced once, not once for each family."""
    over: dict[UUID, _Held] = {}
    for each in current:
        allocation, worker = made[each.about_id], each.worker
        allocation.children = worker.children
        if not fits(worker.children, allocation.ceiling):
            allocation.override_reason = FROM_OLDER_SYSTEM
            over[worker.id] = each
    exceeded = [_exceeded(each, made[each.about_id].ceiling) for each in over.values()]
    await outbox.record_all(work.session, exceeded)
    return [
        ImportWarning(code="over-ceiling", worker_id=each.worker_id, children=each.children, ceiling=each.ceiling)
        for each in exceeded
    ]


def _exceeded(held: _Held, ceiling: Decimal) -> CaseloadCeilingExceeded:
    return CaseloadCeilingExceeded(
        worker_id=held.worker.id,
        case_id=held.case.id,
        area=held.worker.area,
        team=held.worker.team,
        children=held.worker.children,
        ceiling=ceiling,
        allocated_at=clock.now(),
    )


IMPORTS: dict[Kind, Callable[[Import, str], Awaitable[list[ImportWarning]]]] = {
    "workers": _take_workers,
    "cases": _take_cases,
    "allocations": _take_allocations,
}
