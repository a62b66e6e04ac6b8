"""How things come on an agenda."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.access import ITSELF
from services.governance.agendas.models import Issue
from services.governance.agendas.queries import coming_issue
from services.governance.agendas.rules import are_too_many_missed
from services.governance.bodies.models import Body
from services.governance.bodies.queries import find_body_by_key, wait_for_body
from services.governance.bodies.rules import CORE_GROUP
from services.governance.meetings.actions import next_meeting_of
from shared import audit, clock, outbox
from shared.contracts.casework import CaseloadCeilingExceeded, TimescaleMissed
from shared.contracts.centres import CrisisUnanswered
from shared.contracts.event import Received
from shared.contracts.governance import IssueKind, IssueTabled
from shared.contracts.referrals import ReferralDecisionOverdue

CEILING_EXCEEDED: IssueKind = "caseload_ceiling_exceeded"
DECISION_OVERDUE: IssueKind = "decision_overdue"
CRISIS_UNANSWERED: IssueKind = "crisis_unanswered"
TIMESCALES_MISSED = "timescales_missed"
STEPS_OF_AREAS = UUID("0b1f6f5e-7a55-4a0e-9d0e-6f0c2a4f7f10")
"""The namespace of the ids that are made of a step and an area."""


async def raise_ceiling_exceeded(session: AsyncSession, event: Received[CaseloadCeilingExceeded]) -> None:
    """Put a worker over the ceiling on the Core Group's next agenda, or count it on the item that is there already."""
    facts = event.data.model_dump(mode="json", include={"area", "team", "children", "ceiling"})
    await _raise_and_announce(session, CEILING_EXCEEDED, event, since=event.data.allocated_at, facts=facts)


async def raise_decision_overdue(session: AsyncSession, event: Received[ReferralDecisionOverdue]) -> None:
    """Put a referral whose decision is overdue on the Core Group's next agenda, or count it on the item there."""
    facts = event.data.model_dump(mode="json", include={"area", "rating", "decision_due_at", "immediate_danger"})
    await _raise_and_announce(session, DECISION_OVERDUE, event, since=event.data.decision_due_at, facts=facts)


async def raise_crisis_unanswered(session: AsyncSession, event: Received[CrisisUnanswered]) -> None:
    """Put a crisis that nobody acknowledged in time on the Core Group's next agenda, or count it on the item there."""
    facts = event.data.model_dump(mode="json", include={"area", "due_at"})
    await _raise_and_announce(session, CRISIS_UNANSWERED, event, since=event.data.due_at, facts=facts)


async def raise_timescales_missed(session: AsyncSession, event: Received[TimescaleMissed]) -> None:
    """Where too many of a step were missed in an area, put that on the Core Group's next agenda or count it there.

    It is about no one family, so nothing is announced.
    """
    missed, due = event.data.missed_in_28_days, event.data.due_in_28_days
    if missed is None or due is None or not are_too_many_missed(missed, due):
        return
    facts = event.data.model_dump(mode="json", include={"area", "step", "due_in_28_days", "missed_in_28_days"})
    about_id = uuid5(STEPS_OF_AREAS, f"{event.data.step} {event.data.area}")
    minute = int(
        event.time.timestamp() // 60
    )  # each missed day has a sequence of its own; casework counts once a minute
    core_group = await find_body_by_key(session, CORE_GROUP)
    await _raise(session, core_group, TIMESCALES_MISSED, about_id, since=event.time, sequence=minute, facts=facts)


async def _raise_and_announce(
    session: AsyncSession, kind: IssueKind, event: Received[Any], *, since: datetime, facts: dict[str, Any]
) -> None:
    core_group = await find_body_by_key(session, CORE_GROUP)
    about_id: UUID = event.data.subject
    issue = await _raise(session, core_group, kind, about_id, since=since, sequence=event.sequence, facts=facts)
    if issue.occurrences == 1:
        await outbox.record(session, _tabled(issue, core_group, kind, event.data))


async def _raise(
    session: AsyncSession,
    core_group: Body,
    kind: str,
    about_id: UUID,
    *,
    since: datetime,
    sequence: int,
    facts: dict[str, Any],
) -> Issue:
    await wait_for_body(session, core_group)
    issue = await coming_issue(session, core_group.id, kind, about_id, clock.today())
    if issue is None:
        issue = await _new_item(session, core_group, kind, about_id, since)
    issue.occurrences += 1
    issue.since = min(issue.since, since)
    if sequence > issue.sequence:
        issue.sequence, issue.facts = sequence, facts
    audit.record(session, ITSELF, "issue_raise", "issue", issue.id, kind=issue.kind, occurrences=issue.occurrences)
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
