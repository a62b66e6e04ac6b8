"""What a Team Around the Family finds, agrees and reviews."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.chronology.actions import note_about_case
from services.casework.early_help import queries
from services.casework.early_help.actions import (
    end_with,
    last_day,
    present_member,
    put_on_record,
    recorded,
    start_review_clock,
    team_to_change,
)
from services.casework.early_help.models import CommonAssessment, TeamAction, TeamReview
from services.casework.early_help.rules import DOMAINS, review_due_on
from services.casework.early_help_plans.schemas import (
    CafWritten,
    NewAction,
    NewCancellation,
    NewOutcome,
    NewReview,
)
from services.casework.fields import past_day
from services.casework.timescales import actions as timescales
from shared import clock
from shared.auth import Actor
from shared.problems import InvalidBody, NotFound, Problem
from shared.web import require_version


class CafComplete(Problem):
    status = 409
    code = "caf-complete"
    title = "This assessment is complete and stays as it is: start another one"


class ActionOver(Problem):
    status = 409
    code = "action-over"
    title = "This action is done or cancelled already"


async def write_assessment(
    session: AsyncSession,
    actor: Actor,
    case_id: UUID,
    sent: CafWritten,
    assessment_id: UUID | None = None,
    if_match: str = "*",
) -> CommonAssessment:
    """Begin an assessment, or write one on until it is complete."""
    case, team = await team_to_change(session, await queries.find_case(session, actor, case_id, lock=True))
    child_ids = await queries.children_of(session, case, sent.child_ids)
    past_day("/started_on", sent.started_on, case.opened_on, "An assessment starts when the case is open")
    if sent.completed_on:
        _require_complete(sent)
        past_day("/completed_on", sent.completed_on, sent.started_on, "An assessment is completed after it started")
    if assessment_id is None:
        assessment = CommonAssessment(family_team_id=team.id, **recorded(actor))
        session.add(assessment)
    else:
        assessment = queries.find_assessment(team, assessment_id)
        require_version(if_match, assessment.version)
        if assessment.completed_on:
            raise CafComplete
        assessment.version += 1
    assessment.child_ids = sorted(str(each) for each in child_ids)
    assessment.started_on, assessment.completed_on = sent.started_on, sent.completed_on
    assessment.domains = sent.domains.model_dump()
    assessment.wishes = sent.wishes.model_dump() if sent.wishes else None
    await session.flush()
    if sent.completed_on:
        await note_about_case(
            session, case, "caf_completed", sent.completed_on, about_id=assessment.id, child_ids=child_ids
        )
    put_on_record(session, actor, case, "caf_write", caf_id=str(assessment.id), completed=bool(sent.completed_on))
    return assessment


def _require_complete(sent: CafWritten) -> None:
    for name in DOMAINS:
        if getattr(sent.domains, name) is None:
            rule = "A complete assessment says the strengths and needs in every domain"
            raise InvalidBody(f"/domains/{name}", "needed-to-complete", rule)
    if sent.wishes is None:
        rule = "The wishes of child and family are part of every assessment"
        raise InvalidBody("/wishes", "needed-to-complete", rule)


async def agree_action(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewAction) -> TeamAction:
    case, team = await team_to_change(session, await queries.find_case(session, actor, case_id, lock=True))
    owner = present_member(team, sent.owner_id, "/owner_id")
    agreed_on = past_day("/agreed_on", sent.agreed_on, team.started_on, "An action is agreed after the team started")
    if sent.due_on < agreed_on:
        raise InvalidBody("/due_on", "out-of-order", "An action is due on the day on which it is agreed or later")
    action = TeamAction(
        family_team_id=team.id,
        owner_id=owner.id,
        words=sent.words,
        agreed_on=agreed_on,
        due_on=sent.due_on,
        **recorded(actor),
    )
    session.add(action)
    await session.flush()
    await timescales.start(session, case.id, "taf_action", about_id=action.id, started_on=agreed_on, due_on=sent.due_on)
    put_on_record(session, actor, case, "early_help_action_agree", action_id=str(action.id))
    return action


async def finish_action(
    session: AsyncSession, actor: Actor, case_id: UUID, action_id: UUID, sent: NewOutcome | NewCancellation
) -> TeamAction:
    """An action is done, on a day, or need not be done any more."""
    case, team = await team_to_change(session, await queries.find_case(session, actor, case_id, lock=True))
    action = next((each for each in team.actions if each.id == action_id), None)
    if action is None:
        raise NotFound("family_team_action", action_id)
    if action.done_on or action.cancelled_on:
        raise ActionOver
    if isinstance(sent, NewCancellation):
        action.cancelled_on, action.outcome = clock.today(), sent.reason
        await timescales.end(session, "taf_action", about_id=action.id, ended_on=clock.today())
    else:
        action.done_on = past_day("/done_on", sent.done_on, action.agreed_on, "An action is done after it was agreed")
        action.outcome = sent.words
        await timescales.meet(
            session, "taf_action", about_id=action.id, met_on=action.done_on, reason_late=sent.reason_late
        )
    put_on_record(session, actor, case, "early_help_action_finish", action_id=str(action.id), done=bool(action.done_on))
    return action


async def hold_review(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewReview) -> TeamReview:
    """Keep a review; with `close` the team ends with it, else the clock of the next review starts."""
    case, team = await team_to_change(session, await queries.find_case(session, actor, case_id, lock=True))
    before = max([team.started_on, *(each.held_on for each in team.reviews)])
    earliest = last_day(team) if sent.outcome == "close" else before
    rule = "A review follows the start and the review before; the last one, whatever the team did"
    held_on = past_day("/held_on", sent.held_on, earliest, rule)
    for number, member_id in enumerate(sent.attended):
        if member_id not in {each.id for each in team.members}:
            raise InvalidBody(f"/attended/{number}", "unknown", "This is no member of the team")
    review = TeamReview(
        family_team_id=team.id,
        number=len(team.reviews) + 1,
        due_on=team.next_review_due_on,
        attended=sorted({str(each) for each in sent.attended}),
        wishes=sent.wishes.model_dump(),
        **sent.model_dump(include={"held_on", "family_attended", "summary", "outcome", "reason_late"}),
        **recorded(actor),
    )
    session.add(review)
    await session.flush()
    await timescales.meet(
        session, "taf_review", about_id=team.review_clock_id, met_on=held_on, reason_late=sent.reason_late
    )
    facts = {"outcome": sent.outcome}
    await note_about_case(session, case, "early_help_reviewed", held_on, about_id=review.id, facts=facts)
    if sent.outcome == "close":
        await end_with(session, case, team, held_on, "reviewed", None)
    else:
        team.review_clock_id, team.next_review_due_on = review.id, review_due_on(held_on)
        await start_review_clock(session, case, team, held_on)
    put_on_record(session, actor, case, "early_help_review", outcome=sent.outcome)
    return review
