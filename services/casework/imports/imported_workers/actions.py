"""Taking workers over from an older system."""

from collections.abc import Sequence

from services.casework.imports.files.actions import Import
from services.casework.imports.files.queries import imported
from services.casework.imports.files.rules import id_of, repeated
from services.casework.imports.files.schemas import Numbered, read_rows
from services.casework.imports.imported_workers import queries
from services.casework.imports.imported_workers.schemas import WorkerRow
from services.casework.workforce.workers.actions import new_worker
from services.casework.workforce.workers.rules import A_DAY, Place, Stay
from shared import audit


async def import_workers(work: Import, text: str) -> None:
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
        said = each.said
        until_on = said.left_on and said.left_on + A_DAY
        worker = await new_worker(
            work.session,
            Stay(said.joined_on, until_on, Place(said.role, said.area, said.team, said.fte)),
            id=id_of("worker", said.old_reference),
            leaves_on=said.left_on,
            **said.model_dump(exclude={"old_reference", "joined_on", "left_on"}),
        )
        work.remember("worker", said.old_reference, said.digest, worker.id)
        audit.record(work.session, work.actor, "worker_import", "worker", worker.id, role=worker.role, area=worker.area)
