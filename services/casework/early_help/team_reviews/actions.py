"""Holding a review of a team's work."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.early_help.family_teams import queries
from services.casework.early_help.family_teams.actions import (
    await_next_review,
    end_with,
    last_day,
    recorded_now_by,
    team_to_change,
)
from services.casework.early_help.team_reviews.models import TeamReview
from services.casework.early_help.team_reviews.schemas import NewTeamReview
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from shared import audit
from shared.auth import Actor
from shared.problems import InvalidBody


async def hold_review(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewTeamReview) -> TeamReview:
    """Record a review; with `close` the team ends with it, else the clock of the next review starts."""
    case, team = await team_to_change(session, await queries.find_case(session, actor, case_id, lock=True))
    before = max([team.started_on, *(each.held_on for each in team.reviews)])
    earliest = last_day(team) if sent.outcome == "close" else before
    rule = "A review follows the start and the review before; the last one, whatever the team did"
    held_on = past_day("/held_on", sent.held_on, earliest, rule)
    for number, member_id in enumerate(sent.attended):
        if member_id not in {each.id for each in team.members}:
            raise InvalidBody(f"/attended/{number}", "unknown", "This is no member of the team")
    review = TeamReview(
        id=uuid4(),
        family_team_id=team.id,
        number=len(team.reviews) + 1,
        due_on=team.next_review_due_on,
        attended=sorted({str(each) for each in sent.attended}),
        wishes=sent.wishes.model_dump(),
        **sent.model_dump(include={"held_on", "family_attended", "notes", "outcome", "reason_late"}),
        **recorded_now_by(actor),
    )
    session.add(review)
    await timescales.meet(
        session, "taf_review", about_id=team.review_clock_id, met_on=held_on, reason_late=sent.reason_late
    )
    facts = {"outcome": sent.outcome}
    await record_about_case(session, case, "early_help_reviewed", held_on, about_id=review.id, facts=facts)
    if sent.outcome == "close":
        await end_with(session, case, team, held_on, "reviewed", None)
    else:
        await await_next_review(session, case, team, review.id, held_on)
    audit.record(session, actor, "early_help_review", "case", case.id, outcome=sent.outcome)
    return review
