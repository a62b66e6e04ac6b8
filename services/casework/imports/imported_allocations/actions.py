"""Taking over who holds and held which family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from services.casework.allocation.allocations.actions import Fit, add_allocation, count_held
from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.ceilings.queries import ceiling_in_force
from services.casework.allocation.ceilings.rules import ceiling_of, fits
from services.casework.allocation.moves.actions import record_move
from services.casework.cases.cases.models import Case
from services.casework.cases.holdings.actions import settle
from services.casework.imports.files.actions import Import
from services.casework.imports.files.queries import imported
from services.casework.imports.files.rules import by_key, id_of, repeated
from services.casework.imports.files.schemas import ImportWarning, Numbered, read_rows
from services.casework.imports.imported_allocations import queries
from services.casework.imports.imported_allocations.rules import Span, overlaps
from services.casework.imports.imported_allocations.schemas import AllocationRow
from services.casework.record.chronology.actions import record_entries
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import lock_workers
from services.casework.workforce.workers.rules import A_DAY, obstacle_to
from shared import audit, clock, outbox
from shared.contracts.casework import CaseAllocated, CaseloadCeilingExceeded

FROM_OLDER_SYSTEM = "Came so from the older system"


@dataclass(frozen=True)
class _Held:
    """A new row of allocations, its number in the file, and the case and the worker that it names."""

    number: int
    row: AllocationRow
    case: Case
    worker: Worker

    @cached_property
    def about_id(self) -> UUID:
        return id_of("allocation", self.row.key)


async def import_allocations(work: Import, text: str) -> None:
    rows, work.faults = read_rows(text, AllocationRow)
    for number in repeated((each.row.key, each.number) for each in rows):
        work.fault(number, "starts_on", "twice", "An earlier row has an allocation of this case from this day")
    known = await imported(work.session, "allocation", (each.row.key for each in rows))
    new = [each for each in rows if not work.is_known(each.number, known.get(each.row.key), each.row.digest)]
    held = await _find(work, new)
    for each in held:
        _check(work, each)
    await _check_overlaps(work, held)
    work.refuse_if_faulty()
    work.rows, work.added = len(rows), len(new)
    await _add_allocations(work, held)


async def _find(work: Import, rows: Sequence[Numbered[AllocationRow]]) -> list[_Held]:
    """The rows with what they name, locked: cases first, then all workers concerned."""
    cases = await imported(work.session, "case", (each.row.case_reference for each in rows))
    worker_ids = await queries.workers_of(work.session, {each.row.worker_reference for each in rows})
    locked = await queries.lock_cases(work.session, (row.about_id for row in cases.values()))
    present = {case.key_worker_id for case in locked.values() if case.key_worker_id}
    workers = await lock_workers(work.session, present | set(worker_ids.values()))
    held = []
    for each in rows:
        case, worker_id = cases.get(each.row.case_reference), worker_ids.get(each.row.worker_reference)
        if case is None:
            work.fault(each.number, "case_reference", "unknown", "No file had this case: import the cases first")
        if worker_id is None:
            work.fault(each.number, "worker_reference", "unknown", "There is no such worker: import the workers first")
        if case and worker_id:
            held.append(_Held(each.number, each.row, locked[case.about_id], workers[worker_id]))
    return held


def _check(work: Import, held: _Held) -> None:
    row, case, worker = held.row, held.case, held.worker
    if case.status != "open":
        work.fault(held.number, "case_reference", "case-closed", "This case has been closed since it was imported")
    if row.starts_on < case.opened_on:
        work.fault(held.number, "starts_on", "out-of-order", "An allocation does not start before the case was opened")
    if row.starts_on < worker.joined_on:
        work.fault(held.number, "starts_on", "out-of-order", "The worker joined later")
    last_day = row.ended_on - A_DAY if row.ended_on else clock.today()
    if worker.leaves_on and last_day > worker.leaves_on:
        work.fault(held.number, "ended_on", "out-of-order", "The worker had left by then")
    obstacle = obstacle_to(worker.role, worker.registration_number, case.pathway)
    if obstacle == "not-a-key-worker" or (obstacle and row.ended_on is None):
        rule = "The key worker is a social worker or family support worker, registered where the pathway needs it"
        work.fault(held.number, "worker_reference", obstacle, rule)


async def _check_overlaps(work: Import, held: Sequence[_Held]) -> None:
    known = await queries.spans_of(work.session, {each.case.id for each in held})
    spans_in_file = by_key((each.case.id, Span(each.row.starts_on, each.row.ended_on, each.number)) for each in held)
    for case_id, spans in spans_in_file.items():
        for number in overlaps([*known.get(case_id, []), *spans]):
            work.fault(number, "starts_on", "overlaps", "Another key worker holds this family then")


async def _add_allocations(work: Import, held: Sequence[_Held]) -> None:
    per_full_time = (await ceiling_in_force(work.session)).children
    made = {each.about_id: _hold(work, each, per_full_time) for each in held}
    cases = {each.case.id: each.case for each in held}
    for each in held:
        work.remember("allocation", each.row.key, each.row.digest, each.about_id)
        if each.row.ended_on is None and each.case.area is None:
            await record_move(work.session, work.actor, each.case, each.worker.area, each.case.opened_on)
    await audit.record_all(work.session, work.actor, "allocation_import", "case", map(_on_record, held))
    await settle(work.session, cases.values())
    entries = [(each.about_id, each.case, each.row.starts_on, {"worker_id": str(each.worker.id)}) for each in held]
    await record_entries(work.session, "case_allocated", entries, await queries.children_of(work.session, cases.keys()))
    current = [each for each in held if each.row.ended_on is None]
    await outbox.record_all(work.session, [_allocated(each) for each in current])
    await _warn(work, current, made)


def _hold(work: Import, held: _Held, per_full_time: int) -> Allocation:
    fit = Fit(held.case.child_count, ceiling_of(per_full_time, held.worker.fte), over=False, override_reason=None)
    return add_allocation(
        work.session,
        work.actor,
        held.case,
        held.worker,
        held.row.starts_on,
        fit,
        allocation_id=held.about_id,
        ended_on=held.row.ended_on,
    )


def _on_record(held: _Held) -> tuple[UUID, dict[str, str]]:
    return held.case.id, {"worker_id": str(held.worker.id), "starts_on": held.row.starts_on.isoformat()}


def _allocated(held: _Held) -> CaseAllocated:
    return CaseAllocated(
        case_id=held.case.id,
        family_id=held.case.family_id,
        worker_id=held.worker.id,
        area=held.worker.area,
        children=held.case.child_count,
        starts_on=held.row.starts_on,
    )


async def _warn(work: Import, current: Sequence[_Held], made: Mapping[UUID, Allocation]) -> None:
    """What the workers hold when all is imported; one over the ceiling is announced once, not once for each family."""
    over: dict[UUID, _Held] = {}
    for each in current:
        allocation, worker = made[each.about_id], each.worker
        is_over = not fits(worker.children, allocation.ceiling)
        count_held(allocation, worker.children, FROM_OLDER_SYSTEM if is_over else None)
        if is_over:
            over[worker.id] = each
    exceeded = [_exceeded(each, made[each.about_id].ceiling) for each in over.values()]
    await outbox.record_all(work.session, exceeded)
    work.warnings += [
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
