"""Reads of bookings and of families open to the service."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.bookings import rules
from services.centres.bookings.models import Booking, FamilyCase, NamedByCase
from shared.auth import Actor
from shared.followed_restrictions import named_by_all, subjects_by_source
from shared.merged_children import former_ids, surviving_ids


@dataclass(frozen=True)
class Family:
    """A family as casework's events and merges show it: one case, and those that share a child with it, by any id."""

    ids: frozenset[UUID]
    """Of itself and of its children, all of them."""
    is_open: bool
    child_ids: frozenset[UUID]
    children_open: frozenset[UUID]
    """Those of its children who are in an open case."""


async def families_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Family]:
    """The family of each of these ids, be they of families or of children; one that is not known stands for itself."""
    known, named = await _known_around(session, ids)
    survivors = await surviving_ids(session, known)
    cases = (await session.scalars(select(FamilyCase).where(FamilyCase.case_id.in_(named)))).all()
    links = [*named.values(), *({each, survivor} for each, survivor in survivors.items())]
    family_of = {each: group for group in rules.connected(links) for each in group}
    found = {id(group): _family(group, cases, survivors) for group in family_of.values()}
    return {each: found[id(family_of[each])] for each in ids}


async def _known_around(session: AsyncSession, ids: Collection[UUID]) -> tuple[set[UUID], dict[UUID, set[UUID]]]:
    """All ids to which these lead, by cases and by merges, and for each of those cases the ids that it names."""
    named: dict[UUID, set[UUID]] = {}
    known: set[UUID] = set()
    fresh = set(ids)
    while fresh:
        fresh |= await former_ids(session, (await surviving_ids(session, fresh)).values())
        known |= fresh
        cases = select(NamedByCase.case_id).where(NamedByCase.named_id.in_(fresh))
        rows = select(NamedByCase.case_id, NamedByCase.named_id).where(NamedByCase.case_id.in_(cases))
        for case_id, named_id in await session.execute(rows):
            named.setdefault(case_id, set()).add(named_id)
        fresh = {each for case in named.values() for each in case} - known
    return known, named


def _family(ids: set[UUID], cases: Sequence[FamilyCase], survivors: Mapping[UUID, UUID]) -> Family:
    own = [case for case in cases if case.family_id in ids]

    def every_id_of(some: Sequence[FamilyCase]) -> frozenset[UUID]:
        answering = {survivors[UUID(child_id)] for case in some for child_id in case.child_ids}
        return frozenset(each for each in ids if survivors[each] in answering)

    those_open = [case for case in own if case.is_open]
    return Family(frozenset(ids), bool(those_open), every_id_of(own), every_id_of(those_open))


async def children_open(session: AsyncSession, family_id: UUID) -> frozenset[UUID] | None:
    """The children of the family's open cases under every id that they answer to; None where the family is not open."""
    family = (await families_of(session, [family_id]))[family_id]
    return family.children_open if family.is_open else None


async def restricted_from(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> set[UUID]:
    """Those of these families and children whose record is restricted to others, under whichever id."""
    families = await families_of(session, ids)
    restrictions = await subjects_by_source(session, {each for family in families.values() for each in family.ids})
    hidden = {each for each, named in restrictions.items() if not named_by_all(actor, named)}
    return {each for each, family in families.items() if not hidden.isdisjoint(family.ids)}


async def every_id_of(session: AsyncSession, child_id: UUID) -> set[UUID]:
    return await former_ids(session, (await surviving_ids(session, [child_id])).values())


async def booked_under(session: AsyncSession, child_id: UUID) -> set[UUID]:
    """The families under whose ids a child was booked, at whatever session."""
    child_ids = await every_id_of(session, child_id)
    rows = select(Booking.family_id).where(Booking.child_id.in_(child_ids)).distinct()
    return set((await session.scalars(rows)).all())


async def is_booked(session: AsyncSession, session_id: UUID, family_id: UUID, child_id: UUID | None) -> bool:
    """Whether there is a booking of the child, or of the family itself, under any id."""
    same = select(Booking.id).where(Booking.session_id == session_id)
    if child_id:
        same = same.where(Booking.child_id.in_(await every_id_of(session, child_id)))
    else:
        family = (await families_of(session, [family_id]))[family_id]
        same = same.where(Booking.family_id.in_(family.ids), Booking.child_id.is_(None))
    return await session.scalar(same.limit(1)) is not None


async def whose(session: AsyncSession, bookings: Sequence[Booking]) -> list[tuple[UUID, UUID]]:
    """Of each booking its id, and of whom it is: of two for one child, or for one family, this is the same."""
    families = await families_of(session, {each.family_id for each in bookings if each.child_id is None})
    children = await surviving_ids(session, {each.child_id for each in bookings if each.child_id})
    return [
        (each.id, children[each.child_id] if each.child_id else min(families[each.family_id].ids)) for each in bookings
    ]


async def count_waiting(session: AsyncSession, session_id: UUID) -> int:
    return await _count(session, session_id, "waiting")


async def count_places_taken(session: AsyncSession, session_id: UUID) -> int:
    return await _count(session, session_id, "booked")


async def _count(session: AsyncSession, session_id: UUID, status: rules.BookingStatus) -> int:
    """Each child and each family once."""
    found = select(func.count()).where(
        Booking.session_id == session_id, Booking.status == status, Booking.counted_as.is_(None)
    )
    return await session.scalar(found) or 0


async def first_waiting(session: AsyncSession, session_id: UUID, places: int) -> Sequence[Booking]:
    waiting = select(Booking).where(
        Booking.session_id == session_id, Booking.status == "waiting", Booking.counted_as.is_(None)
    )
    return (await session.scalars(waiting.order_by(Booking.booked_at, Booking.id).limit(places))).all()
