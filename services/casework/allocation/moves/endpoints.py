"""The move endpoint."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.allocation.moves import actions
from services.casework.allocation.moves.schemas import NewMove
from services.casework.cases.cases.queries import case_shown
from services.casework.cases.cases.schemas import CaseShown
from shared.web import Session, set_etag, topic_router

router = topic_router("moves")


@router.post("/cases/{case_id}/move")
async def move_case(
    case_id: UUID, sent: NewMove, actor: access.CanMoveCases, session: Session, response: Response
) -> CaseShown:
    """Record in which area a family lives that no key worker holds: it waits there from that day on.

    409 `held-by-key-worker`: such a family moves with a transfer to a worker of the new area.
    """
    case = await actions.move_case(session, actor, case_id, sent)
    set_etag(response, case.version)
    return await case_shown(session, case)
