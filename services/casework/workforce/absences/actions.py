"""Recording leave: it changes no caseload."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workforce.absences.models import Absence
from services.casework.workforce.absences.queries import find_absence
from services.casework.workforce.absences.rules import overlap
from services.casework.workforce.absences.schemas import AbsenceDetails
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import find_worker
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem
from shared.web import keep_left_out, require_version


class AbsencesOverlap(Problem):
    status = 409
    code = "absences-overlap"
    title = "This worker is on leave on some of these days already: change or remove that leave"


async def record_absence(session: AsyncSession, actor: Actor, worker_id: UUID, sent: AbsenceDetails) -> Absence:
    """Record leave, of the past, going on or to come; the worker's row is locked, so that two do not overlap."""
    worker = await find_worker(session, actor, worker_id, lock=True)
    await _check_absence(session, worker, sent, None)
    absence = Absence(worker_id=worker.id, recorded_by=actor.subject, recorded_at=clock.now(), **sent.model_dump())
    session.add(absence)
    await session.flush()  # gives the leave its id, for the audit, and its version, for the response's ETag
    audit.record(session, actor, "absence_record", "worker", worker.id, absence_id=str(absence.id))
    return absence


async def change_absence(
    session: AsyncSession, actor: Actor, worker_id: UUID, absence_id: UUID, if_match: str, sent: AbsenceDetails
) -> Absence:
    """Change a leave, above all its last day once that is known."""
    worker = await find_worker(session, actor, worker_id, lock=True)
    absence = await find_absence(session, worker.id, absence_id)
    require_version(if_match, absence.version)
    sent = keep_left_out(sent, {"last_on": absence.last_on})
    await _check_absence(session, worker, sent, absence.id)
    absence.kind, absence.from_on, absence.last_on = sent.kind, sent.from_on, sent.last_on
    await session.flush()  # counts the version, which the response's ETag has
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
