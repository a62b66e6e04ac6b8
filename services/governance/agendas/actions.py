"""How things come on an agenda."""

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

CEILING_EXCEEDED = "caseload_ceiling_exceeded"


async def raise_ceiling_exceeded(session: AsyncSession, event: Received[CaseloadCeilingExceeded]) -> Issue:
    """Put a worker over the ceiling on the Core Group's next agenda, or count it on the item that is there already."""
    core_group = await find_body_by_key(session, CORE_GROUP)
    await wait_for_body(session, core_group)
    told = event.data
    issue = await coming_issue(session, core_group.id, CEILING_EXCEEDED, told.worker_id, clock.today())
    if issue is None:
        issue = await _new_item(session, core_group, told)
    issue.occurrences += 1
    issue.since = min(issue.since, told.allocated_at)
    if event.sequence > issue.sequence:
        issue.sequence = event.sequence
        issue.facts = told.model_dump(mode="json", include={"area", "team", "children", "ceiling"})
    await session.flush()
    audit.record(session, ITSELF, "issue_raise", "issue", issue.id, kind=issue.kind, occurrences=issue.occurrences)
    return issue


async def _new_item(session: AsyncSession, core_group: Body, told: CaseloadCeilingExceeded) -> Issue:
    meeting = await next_meeting_of(session, core_group, clock.today())
    assert meeting, "the Core Group meets weekly"
    issue = Issue(
        meeting_id=meeting.id,
        kind=CEILING_EXCEEDED,
        about_id=told.worker_id,
        sequence=0,
        occurrences=0,
        since=told.allocated_at,
    )
    session.add(issue)
    return issue
