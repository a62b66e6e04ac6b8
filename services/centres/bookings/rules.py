"""The rules of booking: who may come."""

from collections.abc import Collection, Hashable, Iterable
from typing import Literal
from uuid import UUID

from services.centres.timetable.rules import Audience

BookingStatus = Literal["booked", "waiting"]


HELD_OUTSIDE: frozenset[str] = frozenset({"early_help"})
"""Pathways on which a lead professional, often a school's, holds the family, and not the service (R§47)."""


def is_open_on(pathway: str) -> bool:
    """Whether a family on this pathway is open to the Family Support Service (R§51)."""
    return pathway not in HELD_OUTSIDE


def may_come(audience: Audience, children_open: Collection[UUID] | None, child_id: UUID | None) -> bool:
    """Targeted sessions are only for families open to the Family Support Service, and for their children (R§51).

    `children_open` is None for a family that is not open; it may be empty for one that is.
    """
    if audience != "targeted":
        return True
    return children_open is not None and (child_id is None or child_id in children_open)


def connected(links: Iterable[Collection[UUID]]) -> list[set[UUID]]:
    """The ids that belong together, directly or through others; each link is of some that do."""
    groups: list[set[UUID]] = []
    for link in links:
        touching = [group for group in groups if not group.isdisjoint(link)]
        groups = [group for group in groups if group.isdisjoint(link)]
        groups.append(set(link).union(*touching))
    return groups


def counted_as(records: Iterable[tuple[UUID, Hashable]]) -> dict[UUID, UUID | None]:
    """For each record, of which it is known whose it is, the one that counts for it; None for the first of somebody."""
    counting: dict[Hashable, UUID] = {}
    return {each: None if (first := counting.setdefault(whose, each)) == each else first for each, whose in records}
