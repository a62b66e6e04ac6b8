"""What is on a meeting's agenda."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.agendas.models import Issue
from services.governance.decisions.models import Decision
from services.governance.meetings.models import Meeting
from services.governance.proposals.models import Proposal
from shared import clock
from shared.paging import PageQuery, page_of
from shared.problems import InvalidBody

PROPOSALS, ISSUES = "proposals", "issues"


async def coming_issue(session: AsyncSession, body_id: UUID, kind: str, about_id: UUID, today: date) -> Issue | None:
    """The item that is already on an agenda of this body for today or later."""
    return await session.scalar(
        select(Issue)
        .join(Issue.meeting)
        .where(Meeting.body_id == body_id, Meeting.held_on >= today, Issue.kind == kind, Issue.about_id == about_id)
        .order_by(Meeting.held_on)
        .limit(1)
    )


def proposals_on(meeting: Meeting, today: date) -> Select[Proposal]:
    """What the meeting decided on and, of one that is not over, what waits for its body and for no earlier meeting."""
    decided = exists().where(Decision.meeting_id == meeting.id, Decision.proposal_id == Proposal.id)
    if meeting.held_on < today:
        return select(Proposal).where(decided)
    earlier = exists().where(
        Meeting.body_id == meeting.body_id,
        Meeting.held_on >= today,
        Meeting.held_on >= Proposal.waits_from,
        Meeting.held_on < meeting.held_on,
    )
    due = and_(Proposal.waits_for_body_id == meeting.body_id, Proposal.waits_from <= meeting.held_on, ~earlier)
    return select(Proposal).where(or_(decided, due))


async def agenda_page(
    session: AsyncSession, meeting: Meeting, query: PageQuery
) -> tuple[Sequence[Proposal], Sequence[Issue], str | None]:
    """One page of an agenda: first its proposals, then its issues; a cursor names the one in which it stands."""
    part, _, after = (query.after or f"{PROPOSALS}.").partition(".")
    if part not in (PROPOSALS, ISSUES):
        raise InvalidBody("/after", "cursor", "This is not a cursor that this list gave")
    proposals: list[Proposal] = []
    if part == PROPOSALS:
        due = proposals_on(meeting, clock.today())
        of_part = PageQuery(limit=query.limit, after=after or None)
        proposals, following = await page_of(session, due, [Proposal.submitted_at, Proposal.id], of_part)
        if following or len(proposals) == query.limit:
            return proposals, [], f"{PROPOSALS}.{following}" if following else f"{ISSUES}."
        after = ""
    of_part = PageQuery(limit=query.limit - len(proposals), after=after or None)
    raised = select(Issue).where(Issue.meeting_id == meeting.id)
    issues, following = await page_of(session, raised, [Issue.since, Issue.id], of_part)
    return proposals, issues, f"{ISSUES}.{following}" if following else None
