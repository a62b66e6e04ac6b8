"""What a Team Around the Family writes: its assessments, actions and reviews."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.early_help import queries
from services.casework.early_help.schemas import ActionShown, CafShown, ReviewShown
from services.casework.early_help_plans import actions
from services.casework.early_help_plans.schemas import (
    CafWritten,
    NewAction,
    NewCancellation,
    NewOutcome,
    NewReview,
)
from shared import audit
from shared.web import AccessReason, IfMatch, Session, set_etag, topic_router

router = topic_router("early help")


@router.post("/cases/{case_id}/team-around-the-family/caf", status_code=201)
async def begin_assessment(
    case_id: UUID, sent: CafWritten, actor: access.CanWorkInTeams, session: Session, response: Response
) -> CafShown:
    """Begin a Common Assessment Framework; with `completed_on` it is complete at once.

    A complete one says strengths and needs in each of the three domains, and the wishes of child and family: 422
    `needed-to-complete` names what is missing. 409 `team-ended`, `case-closed`.
    """
    assessment = await actions.write_assessment(session, actor, case_id, sent)
    set_etag(response, assessment.version)
    return CafShown.model_validate(assessment)


@router.get("/cases/{case_id}/team-around-the-family/caf/{assessment_id}")
async def get_assessment(
    case_id: UUID,
    assessment_id: UUID,
    actor: access.CanWorkInTeams,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> CafShown:
    """One assessment of the present team, else of the last; the look is on record."""
    case = await queries.find_case(session, actor, case_id)
    assessment = queries.find_assessment(await queries.team_of(session, case.id), assessment_id)
    audit.record(session, actor, "caf_look", "case", case.id, reason=access_reason)
    set_etag(response, assessment.version)
    return CafShown.model_validate(assessment)


@router.put("/cases/{case_id}/team-around-the-family/caf/{assessment_id}")
async def write_assessment(
    case_id: UUID,
    assessment_id: UUID,
    sent: CafWritten,
    if_match: IfMatch,
    actor: access.CanWorkInTeams,
    session: Session,
    response: Response,
) -> CafShown:
    """Write an assessment on, or complete it. Needs `If-Match`. 409 `caf-complete` once it is."""
    assessment = await actions.write_assessment(session, actor, case_id, sent, assessment_id, if_match)
    set_etag(response, assessment.version)
    return CafShown.model_validate(assessment)


@router.post("/cases/{case_id}/team-around-the-family/actions", status_code=201)
async def agree_action(case_id: UUID, sent: NewAction, actor: access.CanWorkInTeams, session: Session) -> ActionShown:
    """Agree what a present member does by a day; it falls due as the step `taf_action`."""
    return ActionShown.model_validate(await actions.agree_action(session, actor, case_id, sent))


@router.post("/cases/{case_id}/team-around-the-family/actions/{action_id}/completion")
async def complete_action(
    case_id: UUID, action_id: UUID, sent: NewOutcome, actor: access.CanWorkInTeams, session: Session
) -> ActionShown:
    """The action is done, on a day; 409 `action-over` the second time."""
    return ActionShown.model_validate(await actions.finish_action(session, actor, case_id, action_id, sent))


@router.post("/cases/{case_id}/team-around-the-family/actions/{action_id}/cancellation")
async def cancel_action(
    case_id: UUID, action_id: UUID, sent: NewCancellation, actor: access.CanWorkInTeams, session: Session
) -> ActionShown:
    """The action need not be done any more; 409 `action-over` where it was done or cancelled."""
    return ActionShown.model_validate(await actions.finish_action(session, actor, case_id, action_id, sent))


@router.post("/cases/{case_id}/team-around-the-family/reviews", status_code=201)
async def hold_review(case_id: UUID, sent: NewReview, actor: access.CanWorkInTeams, session: Session) -> ReviewShown:
    """Keep a review with the wishes of child and family; the next is due 8 weeks later.

    `close` ends the team with it; `step_up` says that more is needed, which `/escalation` asks for. 422 where `held_on`
    is in the future or before the review before.
    """
    return ReviewShown.model_validate(await actions.hold_review(session, actor, case_id, sent))
