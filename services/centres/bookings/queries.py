"""Reads of bookings and of families open to the service."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.bookings.models import Booking, FamilyCase
from shared.merged_children import former_ids, surviving_ids


async def children_open(session: AsyncSession, family_id: UUID) -> set[UUID] | None:
    """The children of the family's open cases under every id that they answer to; None where the family is not open."""
    cases = await session.scalars(select(FamilyCase).where(FamilyCase.family_id == family_id, FamilyCase.is_open))
    open_cases = cases.all()
    named = {UUID(child_id) for case in open_cases for child_id in case.child_ids}
    surviving = await surviving_ids(session, named)
    return await former_ids(session, surviving.values()) if open_cases else None


async def is_booked(session: AsyncSession, session_id: UUID, family_id: UUID, child_id: UUID | None) -> bool:
    surviving = await surviving_ids(session, [child_id] if child_id else [])
    same_child = await former_ids(session, surviving.values())
    same = select(Booking.id).where(
        Booking.session_id == session_id,
        Booking.family_id == family_id,
        Booking.child_id.in_(same_child) if child_id else Booking.child_id.is_(None),
    )
    return await session.scalar(same.limit(1)) is not None


async def count_waiting(session: AsyncSession, session_id: UUID) -> int:
    waiting = select(func.count()).where(Booking.session_id == session_id, Booking.status == "waiting")
    return await session.scalar(waiting) or 0
