"""The rules of attendance: of whom it is recorded whether they came."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from services.centres.timetable.rules import Audience


def may_have_come(audience: Audience, *, booked: bool, is_open: bool) -> bool:
    """Whoever was booked; without a booking, a targeted session is for families open to the service (R§51)."""
    return booked or is_open or audience != "targeted"


def may_have_stayed_away(*, booked: bool) -> bool:
    """Only those who were expected can have stayed away."""
    return booked


def strangers(child_ids: Collection[UUID], known: Collection[UUID], audience: Audience) -> set[UUID]:
    """The children who are not known to be of this family; to other sessions any child may come."""
    return set(child_ids) - set(known) if audience == "targeted" else set()


def holds_beside(recorded_at: datetime, counting_recorded_at: datetime) -> bool:
    """Whether one of two records of a family holds beside the one that counts, which did not correct it since."""
    return recorded_at >= counting_recorded_at
