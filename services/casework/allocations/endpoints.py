"""The allocation and caseload endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.casework import access
from services.casework.allocations import actions, queries
from services.casework.allocations.schemas import AllocationMade, Caseloads, CaseloadsQuery, NewAllocation
from services.casework.ceilings.queries import ceiling_in_force
from services.casework.ceilings.rules import fits
from services.casework.workers.schemas import WorkerDetails, WorkerShown
from shared.web import IfMatch, ReadSession, Session, set_etag, topic_router

router = topic_router("allocations")


@router.post("/cases/{case_id}/allocation", status_code=201)
async def allocate_case(
    case_id: UUID, sent: NewAllocation, actor: access.CanAllocate, session: Session
) -> AllocationMade:
    """Make a worker the key worker of a family.

    The children of all the worker's families are held against the ceiling in force times the worker's FTE. Over it:
    409 `caseload-ceiling-reached` without an `override_reason`, 403 `override-needs-manager` with one from anybody but
    a manager; an override is announced. 409 `registration-required` where the pathway needs a registered social worker,
    `case-already-allocated` where the family has a key worker. `starts_on` is today or, at the earliest, the day on
    which the case was opened.
    """
    made = await actions.allocate_case(session, actor, case_id, sent)
    return AllocationMade(
        id=made.id,
        case_id=made.case_id,
        worker_id=made.worker_id,
        starts_on=made.starts_on,
        children=made.children,
        ceiling=made.ceiling,
        over_ceiling=not fits(made.children, made.ceiling),
    )


@router.get("/caseloads")
async def list_caseloads(
    query: Annotated[CaseloadsQuery, Query()], actor: access.CanSeeCaseloads, session: ReadSession
) -> Caseloads:
    """What key workers, teams, areas or the county hold now, in children and families, against the ceiling in force.

    `by=worker` is paged by name; `summary` is over everything asked for. A manager sees the area and team that the role
    is for.
    """
    ceiling = await ceiling_in_force(session)
    summary = await queries.summarise(session, actor, query, ceiling)
    if query.by == "worker":
        items, following = await queries.caseloads_by_worker(session, actor, query, ceiling)
    else:
        items, following = await queries.caseloads_by_group(session, actor, query, ceiling), None
    return Caseloads(items=items, next=following, summary=summary)


@router.put("/workers/{worker_id}")
async def change_worker(
    worker_id: UUID,
    sent: WorkerDetails,
    if_match: IfMatch,
    actor: access.CanChangeWorkers,
    session: Session,
    response: Response,
) -> WorkerShown:
    """Replace a worker's details; `subject` joins the worker to the person who signs in. Needs `If-Match`.

    409 `holds-families` where the worker's families would be left without a fit key worker, or in another area.
    """
    worker = await actions.change_worker(session, actor, worker_id, if_match, sent)
    set_etag(response, worker.version)
    return WorkerShown.model_validate(worker)
