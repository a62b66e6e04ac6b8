"""Meetings are planned a year ahead by the cadence of their body, or called."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.access import ITSELF
from services.governance.bodies.models import Body
from services.governance.bodies.queries import bodies_with_cadence, find_body, wait_for_body
from services.governance.meetings import rules
from services.governance.meetings.models import Meeting
from services.governance.meetings.queries import first_meeting_of, is_called, planned_days_of
from services.governance.meetings.schemas import NewMeeting
from shared import audit, clock
from shared.auth import Actor
from shared.problems import Problem


class MeetingAlreadyCalled(Problem):
    status = 409
    code = "meeting-already-called"
    title = "This body already has an extraordinary meeting on that day"


async def keep_meetings_ahead(session: AsyncSession) -> int:
    """Plan what is missing of a year's ordinary meetings, of every body that has a cadence; returns how many."""
    return sum([await plan_meetings(session, body) for body in await bodies_with_cadence(session)])


async def plan_meetings(session: AsyncSession, body: Body) -> int:
    """Plan what is missing of the body's ordinary meetings from today to a year ahead; returns how many."""
    if not await _missing_meetings(session, body):
        return 0
    await wait_for_body(session, body)
    missing = await _missing_meetings(session, body)  # another may have planned them while this one waited
    session.add_all(
        Meeting(body=body, held_on=held_on, kind="ordinary", planned_on=planned_on)
        for planned_on, held_on in missing.items()
    )
    if missing:
        audit.record(session, ITSELF, "meetings_plan", "body", body.id, count=len(missing))
    return len(missing)


async def _missing_meetings(session: AsyncSession, body: Body) -> dict[date, date]:
    if body.cadence is None or body.weekday is None:
        return {}
    wanted = rules.ordinary_meetings(body.cadence, body.weekday, clock.today())
    there = await planned_days_of(session, body.id, min(wanted))
    return {planned_on: held_on for planned_on, held_on in wanted.items() if planned_on not in there}


async def next_meeting_of(session: AsyncSession, body: Body, day: date) -> Meeting | None:
    """The body's first meeting on that day or after it; None where it has no cadence and none is called."""
    await plan_meetings(session, body)
    return await first_meeting_of(session, body.id, day)


async def call_extraordinary_meeting(session: AsyncSession, actor: Actor, body_id: UUID, sent: NewMeeting) -> Meeting:
    """Call a meeting of a body outside its cadence."""
    body = await find_body(session, body_id)
    await wait_for_body(session, body)
    if await is_called(session, body.id, sent.held_on):
        raise MeetingAlreadyCalled
    meeting = Meeting(id=uuid4(), body=body, held_on=sent.held_on, kind="extraordinary", reason=sent.reason)
    session.add(meeting)
    audit.record(session, actor, "meeting_call", "meeting", meeting.id, held_on=sent.held_on.isoformat())
    return meeting
