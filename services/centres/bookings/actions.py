"""Places at sessions, and for whom targeted ones are."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.bookings import queries, rules
from services.centres.bookings.models import Booking, FamilyCase
from services.centres.bookings.schemas import NewBooking
from services.centres.timetable.actions import take_place
from services.centres.timetable.models import TimetableSession
from services.centres.timetable.queries import find_session
from services.centres.timetable.rules import has_begun
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
    a targeted session answers as for an unknown family, every other one refuses it."""
    if has_begun(meeting.starts_at, clock.now()):
        raise SessionBegun
    restricted = await queries.restricted_from(session, actor, [sent.family_id])
    children_open = None if restricted else await queries.children_open(session, sent.family_id)
    if not rules.may_come(meeting.activity.audience, children_open, sent.child_id):
        raise NotOpenToTheService
    if restricted:
        raise NotFound("family", sent.family_id)
    if await queries.is_booked(session, meeting.id, sent.family_id, sent.child_id):
        raise AlreadyBooked


async def record_case(
    session: AsyncSession, *, case_id: UUID, family_id: UUID, child_ids: list[UUID], is_open: bool, sequence: int
) -> None:
    """Keep how a case stands by casework's latest event; an older fact that comes late changes nothing."""
    latest = {
        "family_id": family_id,
        "child_ids": [str(child_id) for child_id in child_ids],
        "is_open": is_open,
        "sequence": sequence,
    }
    await session.execute(
        insert_into(session, FamilyCase)
        .values(case_id=case_id, **latest)
        .on_conflict_do_update(index_elements=["case_id"], set_=latest, where=FamilyCase.sequence < sequence)
    )
