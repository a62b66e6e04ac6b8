"""The absences endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.casework import access
from services.casework.workforce.absences import actions, queries
from services.casework.workforce.absences.models import Absence
from services.casework.workforce.absences.schemas import AbsenceDetails, AbsenceShown
from services.casework.workforce.workers.queries import find_worker
from shared.paging import Page, PageQuery, page_of
from shared.web import IfMatch, ReadSession, Session, set_etag, topic_router

router = topic_router("absences")


@router.post("/workers/{worker_id}/absences", status_code=201)
async def record_absence(
    worker_id: UUID, sent: AbsenceDetails, actor: access.CanRecordAbsences, session: Session, response: Response
) -> AbsenceShown:
    """Record leave, of the past, going on or to come; without `last_on` until further notice.

    The worker stays in post, keeps the families and counts in the caseloads. 409 `absences-overlap` where some of these
    days are leave already.
    """
    absence = await actions.record_absence(session, actor, worker_id, sent)
    set_etag(response, absence.version)
    return AbsenceShown.model_validate(absence)


@router.get("/workers/{worker_id}/absences")
async def list_absences(
    worker_id: UUID, query: Annotated[PageQuery, Query()], actor: access.CanReadAbsences, session: ReadSession
) -> Page[AbsenceShown]:
    """A worker's leave, the latest first."""
    worker = await find_worker(session, actor, worker_id)
    rows = queries.absences_of(worker.id)
    found, following = await page_of(session, rows, [Absence.from_on, Absence.id], query, descending=True)
    return Page(items=[AbsenceShown.model_validate(absence) for absence in found], next=following)


@router.get("/workers/{worker_id}/absences/{absence_id}")
async def get_absence(
    worker_id: UUID, absence_id: UUID, actor: access.CanReadAbsences, session: ReadSession, response: Response
) -> AbsenceShown:
    """One leave of a worker."""
    worker = await find_worker(session, actor, worker_id)
    absence = await queries.find_absence(session, worker.id, absence_id)
    set_etag(response, absence.version)
    return AbsenceShown.model_validate(absence)


@router.put("/workers/{worker_id}/absences/{absence_id}")
async def change_absence(
    worker_id: UUID,
    absence_id: UUID,
    sent: AbsenceDetails,
    if_match: IfMatch,
    actor: access.CanRecordAbsences,
    session: Session,
    response: Response,
) -> AbsenceShown:
    """Change a leave: above all its last day, once that is known. Needs `If-Match`."""
    absence = await actions.change_absence(session, actor, worker_id, absence_id, if_match, sent)
    set_etag(response, absence.version)
    return AbsenceShown.model_validate(absence)


@router.delete("/workers/{worker_id}/absences/{absence_id}", status_code=204)
async def remove_absence(
    worker_id: UUID, absence_id: UUID, if_match: IfMatch, actor: access.CanRecordAbsences, session: Session
) -> None:
    """Take back a leave that was recorded by mistake or is not taken. Needs `If-Match`."""
    await actions.remove_absence(session, actor, worker_id, absence_id, if_match)
