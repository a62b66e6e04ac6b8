"""Taking workers over from an older system."""

from collections.abc import Sequence
from typing import Any

from services.casework.imports.files.actions import Import
from services.casework.imports.files.queries import imported
from services.casework.imports.files.rules import id_of, repeated
from services.casework.imports.files.schemas import Numbered, read_rows
from services.casework.imports.imported_workers import queries
from services.casework.imports.imported_workers.schemas import WorkerRow
from services.casework.workforce.workers.actions import new_workers
from services.casework.workforce.workers.rules import A_DAY, Place, Stay
from shared import audit


async def import_workers(work: Import, text: str) -> None:
    rows, work.faults = read_rows(text, WorkerRow)
    for number in repeated((each.row.old_reference, each.number) for each in rows):
        work.fault(number, "old_reference", "twice", "An earlier row has this reference")
    for number in repeated((each.row.subject, each.number) for each in rows if each.row.subject):
        work.fault(number, "subject", "twice", "An earlier row is joined to this person")
    known = await imported(work.session, "worker", (each.row.old_reference for each in rows))
    new = [each for each in rows if not work.is_known(each.number, known.get(each.row.old_reference), each.row.digest)]
    taken = await queries.taken_subjects(work.session, (each.row.subject for each in new))
    for each in new:
        if each.row.subject in taken:
            work.fault(each.number, "subject", "subject-taken", "Another worker is joined to this person already")
    work.refuse_if_faulty()
    work.rows, work.added = len(rows), len(new)
    await _add_workers(work, new)


async def _add_workers(work: Import, rows: Sequence[Numbered[WorkerRow]]) -> None:
    workers = await new_workers(work.session, [_joining(each.row) for each in rows])
    for worker, each in zip(workers, rows, strict=True):
        work.remember("worker", each.row.old_reference, each.row.digest, worker.id)
    facts = [(worker.id, {"role": worker.role, "area": worker.area}) for worker in workers]
    await audit.record_all(work.session, work.actor, "worker_import", "worker", facts)


def _joining(row: WorkerRow) -> tuple[Stay, dict[str, Any]]:
    until_on = row.left_on and row.left_on + A_DAY
    stay = Stay(row.joined_on, until_on, Place(row.role, row.area, row.team, row.fte))
    details = row.model_dump(exclude={"old_reference", "joined_on", "left_on"})
    return stay, {**details, "id": id_of("worker", row.old_reference), "leaves_on": row.left_on}
