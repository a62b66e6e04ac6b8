"""How things come on an agenda."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.access import ITSELF
from services.governance.agendas.models import Issue
from services.governance.agendas.queries import coming_issue
from services.governance.bodies.actions import next_meeting_of
from services.governance.bodies.models import Body
from services.governance.bodies.queries import find_body_by_key, wait_for_body
from services.governance.bodies.rules import CORE_GROUP
from shared import audit, clock
from shared.contracts.casework import CaseloadCeilingExceeded
from shared.contracts.event import Received
from shared.contracts.referrals import ReferralDecisionOverdue

CEILING_EXCEEDED = "caseload_ceiling_exceeded"
DECISION_OVERDUE = "decision_overdue"


async def raise_ceiling_exceeded(session: AsyncSession, event: Received[CaseloadCeilingExceeded]) -> Issue:
    """Put a worker over the ceiling on the Core Group's next agenda, or count it on the item that is there already."""
    facts = event.data.model_dump(mode="json", include={"area", "team", "children", "ceiling"})
    return await _raise(session, CEILING_EXCEEDED, event, since=event.data.allocated_at, facts=facts)


async def raise_decision_overdue(session: AsyncSession, event: Received[ReferralDecisionOverdue]) -> Issue:
    """Put a referral whose decision is overdue on the Core Group's next agenda, or count it on the item there."""
    facts = event.data.model_dump(mode="json", include={"area", "rating", "decision_due_at", "immediate_danger"})
    return await _raise(session, DECISION_OVERDUE, event, since=event.data.decision_due_at, facts=facts)


async def _raise(
    session: AsyncSession, kind: str, event: Received[Any], *, since: datetime, facts: dict[str, Any]
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
    await session.flush()
    audit.record(session, ITSELF, "issue_raise", "issue", issue.id, kind=issue.kind, occurrences=issue.occurrences)
    return issue


async def _new_item(session: AsyncSession, core_group: Body, kind: str, about_id: UUID, since: datetime) -> Issue:
    meeting = await next_meeting_of(session, core_group, clock.today())
    assert meeting, "the Core Group meets weekly"
    issue = Issue(meeting_id=meeting.id, kind=kind, about_id=about_id, sequence=0, occurrences=0, since=since)
    session.add(issue)
    return issue
