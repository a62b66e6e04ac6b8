"""The caseload transfer endpoint."""

from uuid import UUID

from services.casework import access
from services.casework.allocation.caseload_transfers import actions
from services.casework.allocation.caseload_transfers.schemas import CaseloadPlan, CaseloadTransfer
from shared.web import Session, topic_router

router = topic_router("caseload transfers")


@router.post("/workers/{worker_id}/caseload-transfer")
async def transfer_caseload(
    worker_id: UUID, sent: CaseloadTransfer, actor: access.CanTransferFamilies, session: Session
) -> CaseloadPlan:
    """Move all families of a worker to others of the caller's area and team, without an offer: all of them or none.

    First with `preview` true: nothing is moved, and the response shows which family would go to whom, by the ranking of
    the suggestions, each with so much less room after each family that comes; those that need registration choose
    first, then those with most children. Then the same with the `plan` that the preview gave: 409 `plan-changed` where
    it would not be the same any more, 409 `caseload-does-not-fit` with the `cases` for which there is nobody. `to`
    names the only workers to choose from; a manager's `override_reason` lets the ceiling be passed where nobody has
    room. Families of restricted records that do not name the caller stay. The families stay in their areas.
    """
    return await actions.transfer_caseload(session, actor, worker_id, sent)
