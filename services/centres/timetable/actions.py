"""What coordinators do: put activities into the timetable."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.centres.models import Centre, ServiceModel
from services.centres.timetable import queries, rules
from services.centres.timetable.models import Activity, ActivityWorker, SessionNotMade, TimetableSession
from services.centres.timetable.rules import Clash, RecurrenceRefused, Slot
from services.centres.timetable.schemas import NewActivity
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem


class _TimetableClash(Problem):
    status = 409

    def __init__(self, clash: Clash) -> None:
        super().__init__(
            f"It is taken from {_in_utc(clash.taken.starts_at)} to {_in_utc(clash.taken.ends_at)}.",
            session_starts_at=_in_utc(clash.wanted.starts_at),
            taken_from=_in_utc(clash.taken.starts_at),
            taken_to=_in_utc(clash.taken.ends_at),
        )


class RoomClash(_TimetableClash):
    code = "room-clash"
    title = "The room is taken at the time of one of these sessions"


class StaffClash(_TimetableClash):
    code = "staff-clash"
    title = "Somebody of the staff is at another session at the time of one of these"


class OpenSessionsNotProvided(Problem):
    status = 409
    code = "open-sessions-not-provided"
    title = "By the service model in force the council provides no open sessions"


def _in_utc(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


async def schedule_activity(
    session: AsyncSession, actor: Actor, sent: NewActivity
) -> tuple[Activity, list[TimetableSession]]:
    """Put an activity and its sessions into the timetable; no room and no worker is in two sessions at once."""
    centre = await queries.find_centre_to_schedule(session, actor, sent.centre_id)
    _require_place_in_room(centre, sent)
    slots = _slots_of(sent)
    service_model = await queries.hold_timetable(session)
    if not rules.is_provided(sent.audience, sent.provider, service_model.option):
        raise OpenSessionsNotProvided
    workers = {rules.worker_key(name): name for name in sent.staff}
    await _refuse_clashes(session, sent, list(workers), slots)
    activity = _activity_from(sent, actor)
    activity.made_until = rules.first_series(sent.starts_at, sent.recurrence).made_until
    sessions = [_session_from(activity, slot) for slot in slots]
    session.add_all([activity, *sessions])
    await session.flush()  # gives the sessions their ids, for the response, and the activity its row, for its workers
    session.add_all(ActivityWorker(activity_id=activity.id, worker_key=key, worker=workers[key]) for key in workers)
    audit.record(session, actor, "activity_schedule", "activity", activity.id, sessions=len(sessions))
    return activity, sessions


async def keep_series_ahead(session: AsyncSession) -> int:
    """Make the next sessions of one series that goes on; returns how many series there were.

    What clashes meanwhile is not made: it is kept, shown to the coordinator and tried again.
    """
    last = rules.kept_ahead_until(clock.now())
    behind = select(Activity).where(Activity.made_until < last).order_by(Activity.made_until, Activity.id).limit(1)
    if await session.scalar(behind) is None:
        return 0
    service_model = await queries.hold_timetable(session)
    activity = await session.scalar(behind.execution_options(populate_existing=True))
    if activity is None or activity.recurrence is None or activity.made_until is None:
        return 1
    series = rules.series_after(activity.starts_at, activity.recurrence, activity.made_until, last)
    for slot in rules.as_slots(series.starts, activity.minutes):
        if slot.starts_at > clock.now() and (because := await _made(session, activity, slot, service_model)):
            missing = SessionNotMade(activity_id=activity.id, starts_at=slot.starts_at, code=because)
            missing.tried_on = clock.today()
            session.add(missing)
    activity.made_until = series.made_until
    return 1


async def make_what_was_not_made(session: AsyncSession) -> int:
    """Try one session again that could not be made, once a day; one whose time is past is given up."""
    waiting = select(SessionNotMade).where(SessionNotMade.tried_on < clock.today())
    waiting = waiting.order_by(SessionNotMade.tried_on, SessionNotMade.starts_at, SessionNotMade.activity_id).limit(1)
    if await session.scalar(waiting) is None:
        return 0
    service_model = await queries.hold_timetable(session)
    missing = await session.scalar(waiting.execution_options(populate_existing=True))
    if missing is None:
        return 1
    activity = await session.get_one(Activity, missing.activity_id)
    slot = Slot(missing.starts_at, missing.starts_at + timedelta(minutes=activity.minutes))
    missing.tried_on = clock.today()
    because = None
    if missing.starts_at > clock.now():
        because = await _made(session, activity, slot, service_model)
    if because is None:
        await session.delete(missing)
    else:
        missing.code = because
    return 1


async def _made(session: AsyncSession, activity: Activity, slot: Slot, service_model: ServiceModel) -> str | None:
    """Make one session of a series; else the code of what stands against it."""
    if not rules.is_provided(activity.audience, activity.provider, service_model.option):
        return OpenSessionsNotProvided.code
    if await queries.slots_in_room(session, activity.room_id, slot):
        return RoomClash.code
    if await queries.slots_of_workers(session, await queries.worker_keys_of(session, activity.id), slot):
        return StaffClash.code
    session.add(_session_from(activity, slot))
    await session.flush()  # the next one is held against it
    return None


def take_place(meeting: TimetableSession) -> bool:
    """Take one place at a session whose row the caller has locked; False where all are taken."""
    if not rules.has_place(meeting.capacity, meeting.places_taken):
        return False
    meeting.places_taken += 1
    return True


def _require_place_in_room(centre: Centre, sent: NewActivity) -> None:
    room = next((room for room in centre.rooms if room.id == sent.room_id), None)
    if room is None:
        raise InvalidBody("/room_id", "unknown-room", "This is not a room of the centre")
    if sent.capacity > room.capacity:
        raise InvalidBody("/capacity", "over-the-room", f"The room holds {room.capacity}")


def _slots_of(sent: NewActivity) -> list[Slot]:
    now = clock.now()
    if not now <= rules.as_instant(sent.starts_at) <= now + rules.PLANNED_AHEAD_AT_MOST:
        raise InvalidBody("/starts_at", "not-ahead", "An activity starts in the future, within three years")
    try:
        return rules.slots_of(sent.starts_at, sent.minutes, sent.recurrence)
    except RecurrenceRefused as refused:
        raise InvalidBody("/recurrence", "recurrence", str(refused)) from refused


async def _refuse_clashes(session: AsyncSession, sent: NewActivity, worker_keys: list[str], slots: list[Slot]) -> None:
    within = Slot(slots[0].starts_at, slots[-1].ends_at)
    in_room = await queries.slots_in_room(session, sent.room_id, within)
    if clash := rules.first_clash(slots, in_room):
        raise RoomClash(clash)
    of_workers = await queries.slots_of_workers(session, worker_keys, within)
    if clash := rules.first_clash(slots, of_workers):
        raise StaffClash(clash)


def _activity_from(sent: NewActivity, actor: Actor) -> Activity:
    return Activity(
        id=uuid4(),
        scheduled_at=clock.now(),
        scheduled_by=actor.subject,
        **sent.model_dump(exclude={"staff"}),
    )


def _session_from(activity: Activity, slot: Slot) -> TimetableSession:
    return TimetableSession(
        activity=activity,
        centre_id=activity.centre_id,
        room_id=activity.room_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        capacity=activity.capacity,
    )
