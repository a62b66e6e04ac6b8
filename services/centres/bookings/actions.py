"""Places at sessions, and for whom targeted ones are."""

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.access import ITSELF
from services.centres.bookings import queries, rules
from services.centres.bookings.models import Booking, FamilyCase, NamedByCase
from services.centres.bookings.schemas import NewBooking
from services.centres.timetable.actions import take_place
from services.centres.timetable.models import TimetableSession
from services.centres.timetable.queries import find_session
from services.centres.timetable.rules import has_begun, has_place
from shared import audit, clock
from shared.auth import Actor
from shared.database import insert_into
from shared.problems import NotFound, Problem


class NotOpenToTheService(Problem):
    status = 403
    code = "not-open-to-the-service"
    title = "A targeted session is for children and families who are open to the Family Support Service"


class SessionBegun(Problem):
    status = 409
    code = "session-begun"
    title = "This session has begun"


class AlreadyBooked(Problem):
    status = 409
    code = "already-booked"
    title = "There is a booking of this session for them already"


async def book_session(
    session: AsyncSession, actor: Actor, session_id: UUID, sent: NewBooking
) -> tuple[Booking, int | None]:
    """Take a place at a session, or the next position of its waiting list, which is answered beside the booking."""
    meeting = await find_session(session, actor, session_id, lock=True)
    await _require_bookable(session, actor, meeting, sent)
    status = "booked" if take_place(meeting) else "waiting"
    booking = Booking(
        id=uuid4(),
        session_id=meeting.id,
        status=status,
        booked_at=clock.now(),
        booked_by=actor.subject,
        **sent.model_dump(),
    )
    session.add(booking)
    audit.record(session, actor, "booking_make", "family", sent.family_id, booking_id=str(booking.id), status=status)
    return booking, await queries.count_waiting(session, meeting.id) if status == "waiting" else None


async def _require_bookable(session: AsyncSession, actor: Actor, meeting: TimetableSession, sent: NewBooking) -> None:
    """Of a family that is restricted to others it must not show that it is open to the service, or where it is booked:
    a targeted session answers as for an unknown family, every other one refuses it. So it does of a child who is known
    of such a family, under any id."""
    if has_begun(meeting.starts_at, clock.now()):
        raise SessionBegun
    known = {sent.child_id, *await queries.booked_under(session, sent.child_id)} if sent.child_id else set()
    restricted = await queries.restricted_from(session, actor, {sent.family_id, *known})
    children_open = None if restricted else await queries.children_open(session, sent.family_id)
    if not rules.may_come(meeting.activity.audience, children_open, sent.child_id):
        raise NotOpenToTheService
    if restricted:
        raise NotFound("family", sent.family_id)
    if await queries.is_booked(session, meeting.id, sent.family_id, sent.child_id):
        raise AlreadyBooked


async def record_case(
    session: AsyncSession,
    *,
    case_id: UUID,
    family_id: UUID,
    child_ids: list[UUID],
    is_open: bool,
    sequence: int,
    joined_family_id: UUID | None = None,
) -> None:
    """Keep how a case stands by casework's latest event; an older fact that comes late changes nothing.

    Only that a family came again, under another id, is kept by a late event too: it stays so.
    """
    latest = {
        "family_id": family_id,
        "child_ids": [str(child_id) for child_id in child_ids],
        "is_open": is_open,
        "sequence": sequence,
    }
    newer = await session.scalar(
        insert_into(session, FamilyCase)
        .values(case_id=case_id, **latest)
        .on_conflict_do_update(index_elements=["case_id"], set_=latest, where=FamilyCase.sequence < sequence)
        .returning(FamilyCase.case_id)
    )
    if newer:
        await session.execute(delete(NamedByCase).where(NamedByCase.case_id == case_id, NamedByCase.joined.is_(False)))
        await _name(session, case_id, {family_id, *child_ids}, joined=False)
    if joined_family_id and joined_family_id != family_id:
        await _name(session, case_id, {joined_family_id}, joined=True)


async def _name(session: AsyncSession, case_id: UUID, ids: Collection[UUID], *, joined: bool) -> None:
    rows = [{"case_id": case_id, "named_id": each, "joined": joined} for each in ids]
    await session.execute(insert_into(session, NamedByCase).values(rows).on_conflict_do_nothing())


async def count_bookings_once(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Of several bookings of one session for one child, or for one family, one counts; all stay as they are.

    `ids` are of families and children of whom it is known anew under which ids they are one.
    """
    theirs = or_(Booking.family_id.in_(ids), Booking.child_id.in_(ids))
    meetings = select(TimetableSession).where(TimetableSession.id.in_(select(Booking.session_id).where(theirs)))
    for meeting in (await session.scalars(meetings.order_by(TimetableSession.id).with_for_update())).all():
        bookings = (await session.scalars(select(Booking).where(Booking.session_id == meeting.id, theirs))).all()
        in_order = sorted(bookings, key=lambda each: (each.status != "booked", each.booked_at, each.id))
        counted_as = rules.counted_as(await queries.whose(session, in_order))
        for booking in bookings:
            booking.counted_as = counted_as[booking.id]
        await session.flush()  # places and positions are counted by it
        await _count_places(session, meeting)


async def _count_places(session: AsyncSession, meeting: TimetableSession) -> None:
    """A place that is free now goes to who waits first. Nobody loses one: a merge that is reversed may leave a session
    with more than it has places for."""
    meeting.places_taken = await queries.count_places_taken(session, meeting.id)
    if has_begun(meeting.starts_at, clock.now()) or not has_place(meeting.capacity, meeting.places_taken):
        return
    for booking in await queries.first_waiting(session, meeting.id, meeting.capacity - meeting.places_taken):
        booking.status = "booked"
        meeting.places_taken += 1
        audit.record(session, ITSELF, "booking_move_up", "family", booking.family_id, booking_id=str(booking.id))
