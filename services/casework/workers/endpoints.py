"""The workers endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.casework import access
from services.casework.workers import actions, queries
from services.casework.workers.models import Absence, Worker
from services.casework.workers.schemas import (
    AbsenceDetails,
    AbsenceShown,
    NewWorker,
    Teams,
    TeamShown,
    WorkerShown,
    WorkersQuery,
)
from shared import clock
from shared.paging import Page, PageQuery, page_of
from shared.web import IfMatch, ReadSession, Session, set_etag, topic_router

router = topic_router("workers")


@router.post("/workers", status_code=201)
async def add_worker(
    sent: NewWorker, actor: access.CanChangeWorkers, session: Session, response: Response
) -> WorkerShown:
    """Add a member to an area team. `fte` is a part of full time, with at most two decimals.

    `joined_on` is today where it is not told; with a day to come the worker is in post from that day on. 409
    `subject-taken` where the person who signs in is joined to another worker.
    """
    worker = await actions.add_worker(session, actor, sent)
    set_etag(response, worker.version)
    return WorkerShown.of(worker, {})


@router.get("/workers")
async def list_workers(
    query: Annotated[WorkersQuery, Query()], actor: access.CanSeeWorkers, session: ReadSession
) -> Page[WorkerShown]:
    """The people of the area teams, by name; with `in_post=false` those who have left or are still to join."""
    members, by_name = queries.members(actor, query), [Worker.name, Worker.id]
    found, following = await page_of(session, members, by_name, query, told_by=Worker.id)
    absent = await queries.absent_until(session, [worker.id for worker in found], clock.today())
    return Page(items=[WorkerShown.of(worker, absent) for worker in found], next=following)


@router.get("/workers/{worker_id}")
async def get_worker(
    worker_id: UUID, actor: access.CanSeeWorkers, session: ReadSession, response: Response
) -> WorkerShown:
    """One member of an area team."""
    worker = await queries.find_worker(session, actor, worker_id)
    set_etag(response, worker.version)
    return WorkerShown.of(worker, await queries.absent_until(session, [worker.id], clock.today()))


@router.get("/teams")
async def list_teams(actor: access.CanSeeWorkers, session: ReadSession) -> Teams:
    """The teams by area, with the number and the FTE of the people in post; a county has a few dozen."""
    return Teams(items=[TeamShown.model_validate(row) for row in await queries.teams(session, actor)])


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
    worker_id: UUID, query: Annotated[PageQuery, Query()], actor: access.CanRecordAbsences, session: ReadSession
) -> Page[AbsenceShown]:
    """A worker's leave, the latest first."""
    worker = await queries.find_worker(session, actor, worker_id)
    rows = queries.absences_of(worker.id)
    found, following = await page_of(session, rows, [Absence.from_on, Absence.id], query, descending=True)
    return Page(items=[AbsenceShown.model_validate(absence) for absence in found], next=following)


@router.get("/workers/{worker_id}/absences/{absence_id}")
async def get_absence(
    worker_id: UUID, absence_id: UUID, actor: access.CanRecordAbsences, session: ReadSession, response: Response
) -> AbsenceShown:
    """One leave of a worker."""
    worker = await queries.find_worker(session, actor, worker_id)
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
