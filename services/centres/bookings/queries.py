"""Reads of bookings and of families open to the service."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.bookings.models import Booking, FamilyCase
from shared.auth import Actor
from shared.followed_restrictions import named_by_all, subjects_by_source
from shared.merged_children import former_ids, surviving_ids


async def children_open(session: AsyncSession, family_id: UUID) -> set[UUID] | None:
    """The children of the family's open cases under every id that they answer to; None where the family is not open."""
    cases = await session.scalars(select(FamilyCase).where(FamilyCase.family_id == family_id, FamilyCase.is_open))
    open_cases = cases.all()
    named = {UUID(child_id) for case in open_cases for child_id in case.child_ids}
    surviving = await surviving_ids(session, named)
    return await former_ids(session, surviving.values()) if open_cases else None


async def restricted_from(session: AsyncSession, actor: Actor, family_ids: Collection[UUID]) -> set[UUID]:
    """Those of these families whose record is restricted to others."""
    restrictions = await subjects_by_source(session, family_ids)
    return {family_id for family_id, named in restrictions.items() if not named_by_all(actor, named)}


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
