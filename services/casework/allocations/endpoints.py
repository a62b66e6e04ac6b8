"""The allocation endpoints."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.allocations import actions
from services.casework.allocations.schemas import AllocationMade, NewAllocation
from services.casework.ceilings.rules import fits
from services.casework.workers.schemas import WorkerDetails, WorkerShown
from shared.web import IfMatch, Session, set_etag, topic_router

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
