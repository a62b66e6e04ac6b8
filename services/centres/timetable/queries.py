"""Reads of the timetable."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.centres.centres.models import Centre, ServiceModel
from services.centres.centres.queries import all_centres
from services.centres.timetable.models import Activity, ActivityWorker, SessionNotMade, TimetableSession
from services.centres.timetable.rules import MOST_SESSIONS, Slot, as_instant
from shared import clock
from shared.auth import Actor, Role
from shared.problems import NotFound


def schedulable_by(actor: Actor) -> ColumnElement[bool]:
    """`rules.may_schedule_in` in SQL, for those whom a route lets schedule at all.

    `test_timetable_rules.py` holds the two together.
    """
    if actor.area is None or actor.has(Role.ADMINISTRATOR):
        return true()
    return Centre.area == actor.area


async def find_centre_to_schedule(session: AsyncSession, actor: Actor, centre_id: UUID) -> Centre:
    """The centre with its rooms; raises NotFound where the actor does not schedule."""
    centre = await session.scalar(all_centres().where(Centre.id == centre_id, schedulable_by(actor)))
    if centre is None:
        raise NotFound("centre", centre_id)
    return centre


async def hold_timetable(session: AsyncSession) -> ServiceModel:
    """The service model in force, held until the transaction ends: whoever schedules next waits here.

    One lock for the county, because a worker may be wanted in two centres at one moment.
    """
    return (await session.scalars(select(ServiceModel).with_for_update())).one()


async def slots_in_room(session: AsyncSession, room_id: UUID, within: Slot) -> list[Slot]:
    return await _slots(session, select(TimetableSession).where(TimetableSession.room_id == room_id), within)


async def slots_of_workers(session: AsyncSession, worker_keys: Sequence[str], within: Slot) -> list[Slot]:
    theirs = select(ActivityWorker.activity_id).where(ActivityWorker.worker_key.in_(worker_keys))
    return await _slots(session, select(TimetableSession).where(TimetableSession.activity_id.in_(theirs)), within)


async def worker_keys_of(session: AsyncSession, activity_id: UUID) -> Sequence[str]:
    rows = select(ActivityWorker.worker_key).where(ActivityWorker.activity_id == activity_id)
    return (await session.scalars(rows)).all()


async def find_activity(session: AsyncSession, actor: Actor, activity_id: UUID) -> Activity:
    """Raises NotFound where the actor does not schedule in its centre."""
    here = Activity.centre_id.in_(select(Centre.id).where(schedulable_by(actor)))
    activity: Activity | None = await session.scalar(select(Activity).where(Activity.id == activity_id, here))
    if activity is None:
        raise NotFound("activity", activity_id)
    return activity


async def sessions_ahead(session: AsyncSession, activity_id: UUID) -> Sequence[TimetableSession]:
    """The next sessions of an activity, at most `MOST_SESSIONS`."""
    rows = select(TimetableSession).where(
        TimetableSession.activity_id == activity_id, TimetableSession.starts_at > clock.now()
    )
    return (await session.scalars(rows.order_by(TimetableSession.starts_at).limit(MOST_SESSIONS))).all()


async def not_made(session: AsyncSession, activity_id: UUID) -> Sequence[SessionNotMade]:
    """The sessions that stand against something still, at most `MOST_SESSIONS`."""
    rows = select(SessionNotMade).where(
        SessionNotMade.activity_id == activity_id, SessionNotMade.starts_at > clock.now()
    )
    return (await session.scalars(rows.order_by(SessionNotMade.starts_at).limit(MOST_SESSIONS))).all()


async def _slots(session: AsyncSession, rows: Select[TimetableSession], within: Slot) -> list[Slot]:
    times = rows.with_only_columns(TimetableSession.starts_at, TimetableSession.ends_at).where(
        TimetableSession.starts_at < within.ends_at, TimetableSession.ends_at > within.starts_at
    )
    return [Slot(starts_at, ends_at) for starts_at, ends_at in await session.execute(times)]


def sessions_between(centre_id: UUID, first: date, last: date) -> Select[TimetableSession]:
    """The sessions of a centre that start on these days, by London's clock, both included."""
    return (
        select(TimetableSession)
        .where(
            TimetableSession.centre_id == centre_id,
            TimetableSession.starts_at >= _midnight(first),
            TimetableSession.starts_at < _midnight(last + timedelta(days=1)),
        )
        .options(selectinload(TimetableSession.activity))
    )


def _midnight(day: date) -> datetime:
    return as_instant(datetime.combine(day, time.min))


def bookable_by(actor: Actor) -> ColumnElement[bool]:
    """`rules.may_book_in` in SQL, for those whom a route lets book at all.

    `test_timetable_rules.py` holds the two together.
    """
    if actor.has(Role.CENTRE_COORDINATOR):
        return TimetableSession.centre_id.in_(select(Centre.id).where(schedulable_by(actor)))
    return true()


async def find_session(
    session: AsyncSession, actor: Actor, session_id: UUID, *, lock: bool = False
) -> TimetableSession:
    """The session with its activity; raises NotFound where the actor may not book it."""
    found = (
        select(TimetableSession)
        .where(TimetableSession.id == session_id, bookable_by(actor))
        .options(selectinload(TimetableSession.activity))
    )
    meeting = await session.scalar(found.with_for_update() if lock else found)
    if meeting is None:
        raise NotFound("session", session_id)
    return meeting
