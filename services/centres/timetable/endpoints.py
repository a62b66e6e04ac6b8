"""The timetable endpoints: what is on, and how it comes to be on."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.centres import access
from services.centres.centres.queries import find_centre
from services.centres.timetable import actions, queries, rules
from services.centres.timetable.models import TimetableSession
from services.centres.timetable.schemas import (
    ActivityAhead,
    NewActivity,
    PublicSession,
    ScheduledActivity,
    TimetableQuery,
)
from shared import clock
from shared.access import Public
from shared.paging import Page, page_of
from shared.problems import InvalidBody
from shared.web import ReadSession, Session, topic_router

router = topic_router("timetable")


@router.post("/activities", status_code=201)
async def schedule_activity(
    sent: NewActivity, actor: access.CanScheduleActivities, session: Session
) -> ScheduledActivity:
    """Put an activity into a centre's timetable, with its sessions of the 26 weeks from `starts_at`, 200 at most.

    A series that goes on longer gets its further sessions by itself, always 26 weeks ahead: `goes_on` is true then, and
    `sessions_made_until` the day to which they are made.

    `starts_at` is the wall clock in Europe/London and stays so when the clocks change; sessions are given in UTC. A
    recurrence that begins on a day which its own rule does not name has its first session on the next day that it
    names. The title is public. 404 for a centre of another area than the coordinator's; 409 `room-clash` and
    `staff-clash` with the time that is taken, `open-sessions-not-provided` for an open session of the council where
    the service model has none; 422 naming `/recurrence` for a rule that is not RFC 5545, is finer than daily or gives
    no session, `/starts_at` in the past, `/capacity` over the room's.
    """
    activity, sessions = await actions.schedule_activity(session, actor, sent)
    return ScheduledActivity.of(activity, sessions)


@router.get("/activities/{activity_id}")
async def get_activity(activity_id: UUID, actor: access.CanReadActivities, session: ReadSession) -> ActivityAhead:
    """An activity of a centre that the caller schedules, with its next sessions, 200 at most.

    `not_made` are the sessions of a series that could not be made, because the room or somebody of the staff is taken
    meanwhile, or the service model has no open session any more: they are tried again every day, until their time. A
    session with more bookings than places, after the reversal of a merge, has `over_by` and a `caution`.
    """
    activity = await queries.find_activity(session, actor, activity_id)
    sessions = await queries.sessions_ahead(session, activity.id)
    return ActivityAhead.ahead(activity, sessions, await queries.not_made(session, activity.id))


@router.get("/centres/{centre_id}/timetable")
async def get_timetable(
    centre_id: UUID, query: Annotated[TimetableQuery, Query()], public: Public, session: ReadSession
) -> Page[PublicSession]:
    """What is on at a centre from the day `from` to the day `to`, both included, in order of time.

    Days are London's; without them, today and the four weeks after it; 92 days at most, else 422 naming `/to`.
    """
    centre = await find_centre(session, centre_id)
    rows = queries.sessions_between(centre.id, *_days_of(query))
    found, following = await page_of(session, rows, [TimetableSession.starts_at, TimetableSession.id], query)
    return Page[PublicSession](items=[PublicSession.of(each) for each in found], next=following)


def _days_of(query: TimetableQuery) -> tuple[date, date]:
    first = query.first or clock.today()
    last = query.last or first + timedelta(days=rules.TIMETABLE_DAYS_SHOWN)
    if not 0 <= (last - first).days < rules.TIMETABLE_DAYS_AT_MOST:
        raise InvalidBody("/to", "days", f"A timetable is of 1 to {rules.TIMETABLE_DAYS_AT_MOST} days, in order")
    return first, last
