"""The endpoints of a team's actions."""

from uuid import UUID

from services.casework import access
from services.casework.early_help.team_actions import actions
from services.casework.early_help.team_actions.schemas import (
    NewTeamAction,
    TeamActionCancellation,
    TeamActionCompletion,
    TeamActionShown,
)
from shared.web import Session, topic_router

router = topic_router("team actions")


@router.post("/cases/{case_id}/team-around-the-family/actions", status_code=201)
async def agree_action(
    case_id: UUID, sent: NewTeamAction, actor: access.CanRecordEarlyHelp, session: Session
) -> TeamActionShown:
    """Agree what a present member does by a day; it falls due as the step `taf_action`."""
    return TeamActionShown.model_validate(await actions.agree_action(session, actor, case_id, sent))


@router.post("/cases/{case_id}/team-around-the-family/actions/{action_id}/completion")
async def complete_action(
    case_id: UUID, action_id: UUID, sent: TeamActionCompletion, actor: access.CanRecordEarlyHelp, session: Session
) -> TeamActionShown:
    """The action is done, on a day; 409 `action-over` the second time."""
    return TeamActionShown.model_validate(await actions.finish_action(session, actor, case_id, action_id, sent))


@router.post("/cases/{case_id}/team-around-the-family/actions/{action_id}/cancellation")
async def cancel_action(
    case_id: UUID, action_id: UUID, sent: TeamActionCancellation, actor: access.CanRecordEarlyHelp, session: Session
) -> TeamActionShown:
    """The action need not be done any more; 409 `action-over` where it was done or cancelled."""
    return TeamActionShown.model_validate(await actions.finish_action(session, actor, case_id, action_id, sent))
