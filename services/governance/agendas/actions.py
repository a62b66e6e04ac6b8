"""How things come on an agenda."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.access import ITSELF
from services.governance.agendas.models import Issue
from services.governance.agendas.queries import coming_issue
from services.governance.bodies.models import Body
from services.governance.bodies.queries import find_body_by_key, wait_for_body
from services.governance.bodies.rules import CORE_GROUP
from services.governance.meetings.actions import next_meeting_of
from shared import audit, clock, outbox
from shared.contracts.casework import CaseloadCeilingExceeded
from shared.contracts.centres import CrisisUnanswered
from shared.contracts.event import Received
from shared.contracts.governance import IssueKind, IssueTabled
from shared.contracts.referrals import ReferralDecisionOverdue

CEILING_EXCEEDED: IssueKind = "caseload_ceiling_exceeded"
DECISION_OVERDUE: IssueKind = "decision_overdue"
CRISIS_UNANSWERED: IssueKind = "crisis_unanswered"


async def raise_ceiling_exceeded(session: AsyncSession, event: Received[CaseloadCeilingExceeded]) -> Issue:
    """Put a worker over the ceiling on the Core Group's next agenda, or count it on the item that is there already."""
    facts = event.data.model_dump(mode="json", include={"area", "team", "children", "ceiling"})
    return await _raise(session, CEILING_EXCEEDED, event, since=event.data.allocated_at, facts=facts)


async def raise_decision_overdue(session: AsyncSession, event: Received[ReferralDecisionOverdue]) -> Issue:
    """Put a referral whose decision is overdue on the Core Group's next agenda, or count it on the item there."""
    facts = event.data.model_dump(mode="json", include={"area", "rating", "decision_due_at", "immediate_danger"})
    return await _raise(session, DECISION_OVERDUE, event, since=event.data.decision_due_at, facts=facts)


async def raise_crisis_unanswered(session: AsyncSession, event: Received[CrisisUnanswered]) -> Issue:
    """Put a crisis that nobody acknowledged in time on the Core Group's next agenda, or count it on the item there."""
    facts = event.data.model_dump(mode="json", include={"area", "due_at"})
    return await _raise(session, CRISIS_UNANSWERED, event, since=event.data.due_at, facts=facts)


async def _raise(
    session: AsyncSession, kind: IssueKind, event: Received[Any], *, since: datetime, facts: dict[str, Any]
) -> Issue:
    core_group = await find_body_by_key(session, CORE_GROUP)
    await wait_for_body(session, core_group)
    about_id: UUID = event.data.subject
    issue = await coming_issue(session, core_group.id, kind, about_id, clock.today())
    if issue is None:
        issue = await _new_item(session, core_group, kind, about_id, since)
    issue.occurrences += 1
    issue.since = min(issue.since, since)
    if event.sequence > issue.sequence:
        issue.sequence, issue.facts = event.sequence, facts
    audit.record(session, ITSELF, "issue_raise", "issue", issue.id, kind=issue.kind, occurrences=issue.occurrences)
    if issue.occurrences == 1:
        await outbox.record(session, _tabled(issue, core_group, kind, event.data))
    return issue


async def _new_item(session: AsyncSession, core_group: Body, kind: str, about_id: UUID, since: datetime) -> Issue:
    meeting = await next_meeting_of(session, core_group, clock.today())
    assert meeting, "the Core Group meets weekly"
    issue = Issue(id=uuid4(), meeting=meeting, kind=kind, about_id=about_id, sequence=0, occurrences=0, since=since)
    session.add(issue)
    return issue


def _tabled(issue: Issue, core_group: Body, kind: IssueKind, fact: Any) -> IssueTabled:
    """What came on an agenda, with the family that it is about where the event names one."""
    return IssueTabled(
        issue_id=issue.id,
        kind=kind,
        about_id=issue.about_id,
        body=core_group.key,
        meeting_id=issue.meeting.id,
        meeting_on=issue.meeting.held_on,
        family_id=getattr(fact, "family_id", None),
        child_ids=getattr(fact, "child_ids", []),
    )
