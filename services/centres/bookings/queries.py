"""Reads of bookings and of families open to the service."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.bookings.models import Booking, FamilyCase


async def children_open(session: AsyncSession, family_id: UUID) -> set[UUID] | None:
    """The children of the family's open cases; None where the family is not open to the service."""
    cases = await session.scalars(select(FamilyCase).where(FamilyCase.family_id == family_id, FamilyCase.is_open))
    open_cases = cases.all()
    return {UUID(child_id) for case in open_cases for child_id in case.child_ids} if open_cases else None


async def is_booked(session: AsyncSession, session_id: UUID, family_id: UUID, child_id: UUID | None) -> bool:
    same = select(Booking.id).where(
        Booking.session_id == session_id,
        Booking.family_id == family_id,
        Booking.child_id == child_id if child_id else Booking.child_id.is_(None),
    )
    return await session.scalar(same.limit(1)) is not None


async def count_waiting(session: AsyncSession, session_id: UUID) -> int:
    waiting = select(func.count()).where(Booking.session_id == session_id, Booking.status == "waiting")
    return await session.scalar(waiting) or 0
