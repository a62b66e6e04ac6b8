"""The workers endpoints: who works here, and what each is from which day on."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.casework import access
from services.casework.workforce.absences.queries import absent_until
from services.casework.workforce.workers import actions, queries
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import find_worker, stays_of
from services.casework.workforce.workers.schemas import (
    NewWorker,
    Posts,
    PostShown,
    WorkerChange,
    WorkerChanged,
    WorkerShown,
    WorkersQuery,
)
from shared import clock
from shared.paging import Page, page_of
from shared.web import IfMatch, ReadSession, Session, set_etag, topic_router

router = topic_router("workers")


@router.post("/workers", status_code=201)
async def add_worker(
    sent: NewWorker, actor: access.CanChangeWorkers, session: Session, response: Response
) -> WorkerShown:
    """Add a member to an area team. `fte` is a part of full time, with at most two decimals.

    `joined_on` is today where it is not given; with a day to come the worker is in post from that day on. 409
    `subject-taken` where the person who signs in is joined to another worker.
    """
    worker = await actions.add_worker(session, actor, sent)
    set_etag(response, worker.version)
    return WorkerShown.of(worker, {})


@router.get("/workers")
async def list_workers(
    query: Annotated[WorkersQuery, Query()], actor: access.CanReadWorkers, session: ReadSession
) -> Page[WorkerShown]:
    """The people of the area teams, by name; with `in_post=false` those who have left or are still to join."""
    members, by_name = queries.members(actor, query), [Worker.name, Worker.id]
    found, following = await page_of(session, members, by_name, query)
    absent = await absent_until(session, [worker.id for worker in found], clock.today())
    return Page(items=[WorkerShown.of(worker, absent) for worker in found], next=following)


@router.get("/workers/{worker_id}")
async def get_worker(
    worker_id: UUID, actor: access.CanReadWorkers, session: ReadSession, response: Response
) -> WorkerShown:
    """One member of an area team."""
    worker = await queries.find_worker(session, actor, worker_id)
    set_etag(response, worker.version)
    return WorkerShown.of(worker, await absent_until(session, [worker.id], clock.today()))


@router.put("/workers/{worker_id}")
async def change_worker(
    worker_id: UUID,
    sent: WorkerChange,
    if_match: IfMatch,
    actor: access.CanChangeWorkers,
    session: Session,
    response: Response,
) -> WorkerChanged:
    """Change a worker's details: what is left out stays as it is. Needs `If-Match`.

    `subject` joins the worker to the person who signs in.

    Role, area, team and FTE hold from `from_on`, today where it is not given: what was recorded from that day until
    today gives way to them. For a day to come only FTE and team differ; the worker changes on that day.

    `leaves_on` is the last day in post: changes that were planned for later fall away, and `changes_fallen_away` has
    their days; they do not come back when that day is moved. A worker who holds families stays in post until they are
    moved. Who has left comes back with `leaves_on` null and the day as `from_on`; 409 `not-in-post` without.

    409 `holds-families` where the worker's families would be left without a fit key worker, in another area, or with
    one who had left, with the `call` that moves them all; `change-planned` where role or area change while a later
    change is planned.
    """
    worker, fell_away = await actions.change_worker(session, actor, worker_id, if_match, sent)
    set_etag(response, worker.version)
    changed = WorkerChanged.of(worker, await absent_until(session, [worker.id], clock.today()))
    return changed.model_copy(update={"changes_fallen_away": fell_away})


@router.get("/workers/{worker_id}/posts")
async def list_posts(worker_id: UUID, actor: access.CanReadWorkers, session: ReadSession, response: Response) -> Posts:
    """What a worker was, is and will be, oldest first: role, area, team and FTE, each from a day until before another.

    The `ETag` is the worker's, for taking back a planned change.
    """
    worker = await find_worker(session, actor, worker_id)
    set_etag(response, worker.version)
    stays = await stays_of(session, worker.id)
    return Posts(items=[PostShown(from_on=each.from_on, until_on=each.until_on, **vars(each.place)) for each in stays])


@router.delete("/workers/{worker_id}/posts/{from_on}", status_code=204)
async def take_back_change(
    worker_id: UUID, from_on: date, if_match: IfMatch, actor: access.CanChangeWorkers, session: Session
) -> None:
    """Take back the change that is planned for this day. Needs `If-Match`, the worker's `ETag`.

    409 `not-a-planned-change` for any other day: what has been is corrected by `PUT /workers/{id}` with `from_on`.
    """
    await actions.take_back_change(session, actor, worker_id, from_on, if_match)
