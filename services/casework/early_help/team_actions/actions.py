"""Agreeing what members of a team do, and finishing it."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.early_help.family_teams import queries
from services.casework.early_help.family_teams.actions import present_member, recorded_now_by, team_to_change
from services.casework.early_help.team_actions.models import TeamAction
from services.casework.early_help.team_actions.schemas import (
    NewTeamAction,
    TeamActionCancellation,
    TeamActionCompletion,
)
from services.casework.fields import past_day
from services.casework.record.timescales import actions as timescales
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, NotFound, Problem


class ActionOver(Problem):
    status = 409
    code = "action-over"
    title = "This action is done or cancelled already"


async def agree_action(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewTeamAction) -> TeamAction:
    case, team = await team_to_change(session, await queries.find_case(session, actor, case_id, lock=True))
    owner = present_member(team, sent.owner_id, "/owner_id")
    agreed_on = past_day("/agreed_on", sent.agreed_on, team.started_on, "An action is agreed after the team started")
    if sent.due_on < agreed_on:
        raise InvalidBody("/due_on", "out-of-order", "An action is due on the day on which it is agreed or later")
    action = TeamAction(
        id=uuid4(),
        family_team_id=team.id,
        owner_id=owner.id,
        what=sent.what,
        agreed_on=agreed_on,
        due_on=sent.due_on,
        **recorded_now_by(actor),
    )
    session.add(action)
    await timescales.start(session, case.id, "taf_action", about_id=action.id, started_on=agreed_on, due_on=sent.due_on)
    audit.record(session, actor, "early_help_action_agree", "case", case.id, action_id=str(action.id))
    return action


async def finish_action(
    session: AsyncSession,
    actor: Actor,
    case_id: UUID,
    action_id: UUID,
    sent: TeamActionCompletion | TeamActionCancellation,
) -> TeamAction:
    """An action is done, on a day, or need not be done any more."""
    case, team = await team_to_change(session, await queries.find_case(session, actor, case_id, lock=True))
    action = next((each for each in team.actions if each.id == action_id), None)
    if action is None:
        raise NotFound("family_team_action", action_id)
    if action.done_on or action.cancelled_on:
        raise ActionOver
    if isinstance(sent, TeamActionCancellation):
        action.cancelled_on, action.cancellation_reason = clock.today(), sent.reason
        await timescales.end(session, "taf_action", about_id=action.id, ended_on=clock.today())
    else:
        action.done_on = past_day("/done_on", sent.done_on, action.agreed_on, "An action is done after it was agreed")
        action.text = sent.text
        await timescales.meet(
            session, "taf_action", about_id=action.id, met_on=action.done_on, reason_late=sent.reason_late
        )
    audit.record(
        session, actor, "early_help_action_finish", "case", case.id, action_id=str(action.id), done=bool(action.done_on)
    )
    return action
