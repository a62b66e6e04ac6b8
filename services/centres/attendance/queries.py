"""Reads of attendance, and of who was expected."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.attendance.models import Attendance
from services.centres.bookings.models import Booking, FamilyCase
from shared.auth import Actor
from shared.followed_restrictions import named_elsewhere
from shared.merged_children import former_ids, surviving_ids


@dataclass
class Expected:
    """What is known of a family before a session: whether it is booked or open, and its children by every id."""

    booked: bool = False
    is_open: bool = False
    child_ids: set[UUID] = field(default_factory=set)


async def expected_at(
    session: AsyncSession, session_id: UUID, family_ids: Collection[UUID]
) -> defaultdict[UUID, Expected]:
    """What is known of these families; one whose case was closed since it booked may have come all the same."""
    found: defaultdict[UUID, Expected] = defaultdict(Expected)
    bookings = await session.scalars(
        select(Booking).where(Booking.session_id == session_id, Booking.family_id.in_(family_ids))
    )
    for booking in bookings:
        found[booking.family_id].booked |= booking.status == "booked"
        found[booking.family_id].child_ids |= {booking.child_id} if booking.child_id else set()
    for case in await session.scalars(select(FamilyCase).where(FamilyCase.family_id.in_(family_ids))):
        found[case.family_id].is_open |= case.is_open
        found[case.family_id].child_ids |= {UUID(child_id) for child_id in case.child_ids}
    for family in found.values():
        family.child_ids = await former_ids(session, (await surviving_ids(session, family.child_ids)).values())
    return found


async def recorded_of(session: AsyncSession, session_id: UUID, family_ids: Collection[UUID]) -> dict[UUID, Attendance]:
    """What is on record of these families; the caller has locked the session."""
    rows = await session.scalars(recorded_at(session_id).where(Attendance.family_id.in_(family_ids)))
    return {attendance.family_id: attendance for attendance in rows}


def recorded_at(session_id: UUID) -> Select[Attendance]:
    return select(Attendance).where(Attendance.session_id == session_id)


def shown_at(actor: Actor, session_id: UUID) -> Select[Attendance]:
    """Without families whose record is restricted to others."""
    return recorded_at(session_id).where(named_elsewhere(actor, Attendance.family_id))
