"""The link worker endpoints: whom a school or a practice turns to."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.referrals import access
from services.referrals.link_workers import actions, queries
from services.referrals.link_workers.models import LinkWorker
from services.referrals.link_workers.schemas import LinkWorkerDetails, LinkWorkerShown, LinkWorkersQuery
from shared.paging import Page, page_of
from shared.web import IfMatch, ReadSession, Session, set_etag, topic_router

router = topic_router("link workers")


@router.post("/link-workers", status_code=201)
async def add_link_worker(
    sent: LinkWorkerDetails, actor: access.CanChangeLinkWorkers, session: Session, response: Response
) -> LinkWorkerShown:
    """Name a link worker for schools and practices; an organisation named twice is one.

    409 `organisation-has-link-worker`, naming the organisations by their place, where one has another link worker.
    """
    link_worker = await actions.add_link_worker(session, actor, sent)
    set_etag(response, link_worker.version)
    return LinkWorkerShown.model_validate(link_worker)


@router.get("/link-workers")
async def list_link_workers(
    query: Annotated[LinkWorkersQuery, Query()], actor: access.CanReadLinkWorkers, session: ReadSession
) -> Page[LinkWorkerShown]:
    """Link workers by name; with `organisation`, the one of that school or practice, or nobody."""
    rows = queries.list_link_workers(query.organisation, query.area)
    found, following = await page_of(session, rows, [LinkWorker.name, LinkWorker.id], query)
    return Page(items=[LinkWorkerShown.model_validate(row) for row in found], next=following)


@router.get("/link-workers/{link_worker_id}")
async def get_link_worker(
    link_worker_id: UUID, actor: access.CanReadLinkWorkers, session: ReadSession, response: Response
) -> LinkWorkerShown:
    """One link worker and how to reach them."""
    link_worker = await queries.find_link_worker(session, link_worker_id)
    set_etag(response, link_worker.version)
    return LinkWorkerShown.model_validate(link_worker)


@router.put("/link-workers/{link_worker_id}")
async def change_link_worker(
    link_worker_id: UUID,
    sent: LinkWorkerDetails,
    if_match: IfMatch,
    actor: access.CanChangeLinkWorkers,
    session: Session,
    response: Response,
) -> LinkWorkerShown:
    """Replace a link worker's details and organisations. Needs `If-Match`.

    An organisation that moves is taken from its former link worker first: else 409 `organisation-has-link-worker`.
    """
    link_worker = await actions.change_link_worker(session, actor, link_worker_id, if_match, sent)
    set_etag(response, link_worker.version)
    return LinkWorkerShown.model_validate(link_worker)
