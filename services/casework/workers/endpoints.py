"""The workers endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import select

from services.casework import access
from services.casework.workers import actions, queries
from services.casework.workers.models import Worker
from services.casework.workers.schemas import WorkerDetails, WorkerShown, WorkersQuery
from shared.paging import Page, page_of
from shared.web import ReadSession, Session, set_etag, topic_router

router = topic_router("workers")


@router.post("/workers", status_code=201)
async def add_worker(
    sent: WorkerDetails, actor: access.CanChangeWorkers, session: Session, response: Response
) -> WorkerShown:
    """Add a member to an area team. `fte` is a part of full time, with at most two decimals.

    409 `subject-taken` where the person who signs in is joined to another worker.
    """
    worker = await actions.add_worker(session, actor, sent)
    set_etag(response, worker.version)
    return WorkerShown.model_validate(worker)


@router.get("/workers")
async def list_workers(
    query: Annotated[WorkersQuery, Query()], actor: access.CanSeeWorkers, session: ReadSession
) -> Page[WorkerShown]:
    """The people of the area teams, by name."""
    rows = select(Worker).where(queries.visible_to(actor))
    if query.area:
        rows = rows.where(Worker.area == query.area)
    if query.team:
        rows = rows.where(Worker.team == query.team)
    found, following = await page_of(session, rows, [Worker.name, Worker.id], query)
    return Page(items=[WorkerShown.model_validate(worker) for worker in found], next=following)


@router.get("/workers/{worker_id}")
async def get_worker(
    worker_id: UUID, actor: access.CanSeeWorkers, session: ReadSession, response: Response
) -> WorkerShown:
    """One member of an area team."""
    worker = await queries.find_worker(session, actor, worker_id)
    set_etag(response, worker.version)
    return WorkerShown.model_validate(worker)
