"""Reads of bookings and of families open to the service."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.bookings.models import Booking, FamilyCase, MergedChild


async def children_open(session: AsyncSession, family_id: UUID) -> set[UUID] | None:
    """The children of the family's open cases under every id that they answer to; None where the family is not open."""
    cases = await session.scalars(select(FamilyCase).where(FamilyCase.family_id == family_id, FamilyCase.is_open))
    open_cases = cases.all()
    told = {UUID(child_id) for case in open_cases for child_id in case.child_ids}
    answers = await surviving_ids(session, told)
    return await former_ids(session, answers.values()) if open_cases else None


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


async def surviving_ids(session: AsyncSession, child_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each id of a child the one that it answers to: itself, or the last that its record was merged into.

    Merges are told by events that may come in any order, so that a circle is possible for a moment; it is not followed.
    """
    into: dict[UUID, UUID] = {}
    fresh = asked = set(child_ids)
    while fresh:
        rows = select(MergedChild.child_id, MergedChild.surviving_child_id).where(MergedChild.child_id.in_(fresh))
        told = {child_id: last for child_id, last in await session.execute(rows) if last}
        into |= told
        fresh = set(told.values()) - into.keys()
    return {child_id: _last(child_id, into) for child_id in asked}


def _last(child_id: UUID, into: Mapping[UUID, UUID]) -> UUID:
    passed = {child_id}
    while (following := into.get(child_id, child_id)) not in passed:
        passed.add(child_id := following)
    return child_id


async def former_ids(session: AsyncSession, child_ids: Iterable[UUID]) -> set[UUID]:
    """These ids and all those of records that were merged into theirs."""
    found: set[UUID] = set()
    fresh = set(child_ids)
    while fresh:
        found |= fresh
        rows = select(MergedChild.child_id).where(MergedChild.surviving_child_id.in_(fresh))
        fresh = set((await session.scalars(rows)).all()) - found
    return found
