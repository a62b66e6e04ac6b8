"""The closure and reopening endpoints."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.cases.cases.queries import case_shown
from services.casework.cases.cases.schemas import CaseShown
from services.casework.lifecycle.closures import actions
from services.casework.lifecycle.closures.schemas import NewClosure, NewReopening
from shared.web import Session, set_etag, topic_router

router = topic_router("closures")


@router.post("/cases/{case_id}/closure")
async def close_case(
    case_id: UUID, sent: NewClosure, actor: access.CanCloseCases, session: Session, response: Response
) -> CaseShown:
    """Close a family's case with the census's reason (`closures` of `GET /v1/codes`) from a day on, today or past.

    The key worker's part ends, offers of a transfer are withdrawn, and nothing of the case falls due any more. 422
    `out-of-order` where that day is before the last contact, or the last step, move, key worker or child on record; 409
    `case-closed`.
    """
    case = await actions.close_case(session, actor, case_id, sent)
    set_etag(response, case.version)
    return await case_shown(session, case)


@router.post("/cases/{case_id}/reopening")
async def reopen_case(
    case_id: UUID, sent: NewReopening, actor: access.CanReopenCases, session: Session, response: Response
) -> CaseShown:
    """Open a closed case again; nobody holds the family yet.

    409 `family-has-open-case` where a later referral opened another one; `case-not-closed`; `not-a-lawful-step`, with
    `lawful`: the pathway that it had when it was closed, and those that are a lawful step from it.
    """
    case = await actions.reopen_case(session, actor, case_id, sent)
    set_etag(response, case.version)
    return await case_shown(session, case)
