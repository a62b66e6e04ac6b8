"""The closure and reopening endpoints."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.cases.cases.queries import case_shown
from services.casework.lifecycle.closures import actions
from services.casework.lifecycle.closures.schemas import ClosedCase, NewClosure, NewReopening, ReopenedCase
from services.casework.record.case_actions import queries as case_actions
from services.casework.record.case_actions.schemas import ActionShown
from services.casework.record.timescales.queries import children_now, still_due_in
from services.casework.record.timescales.schemas import TimescaleShown
from shared.web import Session, set_etag, topic_router

router = topic_router("closures")


@router.post("/cases/{case_id}/closure")
async def close_case(
    case_id: UUID, sent: NewClosure, actor: access.CanCloseCases, session: Session, response: Response
) -> ClosedCase:
    """Close a family's case with the census's reason (`closures` of `GET /v1/codes`) from a day on, today or past.

    The key worker's part ends, offers of a transfer are withdrawn, and nothing of the case falls due any more: `lapsed`
    is what was still to be done, at most 200. Who held the family to the end reads the case for 28 days more (a
    setting), and writes its closing summary. 422 `out-of-order` where that day is before the last contact, or the
    last step, move, key worker or child on record. 409 `steps-open` while an assessment (8867), an enquiry (8868), a
    plan or a way to court is open: `open` names each with the call that ends it; `case-closed`. RC8 and RC9 need an
    assessment on record or a `text` (8825Q), and nothing after it (2990).
    """
    case, lapsed = await actions.close_case(session, actor, case_id, sent)
    set_etag(response, case.version)
    shown, children = await case_shown(session, case), await children_now(session, lapsed)
    return ClosedCase(**shown.model_dump(), lapsed=[TimescaleShown.of(row, children) for row in lapsed])


@router.post("/cases/{case_id}/reopening")
async def reopen_case(
    case_id: UUID, sent: NewReopening, actor: access.CanReopenCases, session: Session, response: Response
) -> ReopenedCase:
    """Open a closed case again; nobody holds the family yet.

    `timescales` is what falls due again by itself: reviews, and what the team agreed. `lapsed_actions` are those that
    were not done when the case was closed: `POST /v1/actions/{id}/due-day` takes one up again.

    409 `family-has-open-case` where a later referral opened another one; `case-not-closed`; `not-a-lawful-step`, with
    `lawful`: the pathway that it had when it was closed, and those that are a lawful step from it;
    `front-door-decides`, with `call`, for every step up from early help.
    """
    case = await actions.reopen_case(session, actor, case_id, sent)
    set_etag(response, case.version)
    shown, due = await case_shown(session, case), await still_due_in(session, case.id)
    lapsed = await case_actions.lapsed_with(session, case.id)
    children = await children_now(session, due) | await case_actions.children_now(session, lapsed)
    return ReopenedCase(
        **shown.model_dump(),
        timescales=[TimescaleShown.of(row, children) for row in due],
        lapsed_actions=[ActionShown.of(action, children) for action in lapsed],
    )
