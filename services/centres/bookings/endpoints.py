"""The bookings endpoints: places at sessions."""

from uuid import UUID

from services.centres import access
from services.centres.bookings import actions
from services.centres.bookings.schemas import BookingReceipt, NewBooking
from shared.web import Session, topic_router

router = topic_router("bookings")


@router.post("/sessions/{session_id}/bookings", status_code=201)
async def book_session(
    session_id: UUID, sent: NewBooking, actor: access.CanBookSessions, session: Session
) -> BookingReceipt:
    """Book a place at a session for a family, or for one child of it; on a full session, a place on the waiting list.

    403 `not-open-to-the-service` where the session is targeted and the family is not open to the Family Support
    Service, or the child is not one of that family; 409 `already-booked` for the same family or child a second time,
    also under another id of merged records, or another under which the family came again; `session-begun` once it has
    begun. A family whose record is restricted to others is not open to the service for the caller, and 404 at any other
    session.
    """
    booking, position = await actions.book_session(session, actor, session_id, sent)
    receipt = BookingReceipt.model_validate(booking)
    return receipt.model_copy(update={"position": position})
