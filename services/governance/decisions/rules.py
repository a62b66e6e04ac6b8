"""When a meeting may decide on a proposal, and who must stand aside."""

from collections.abc import Collection
from datetime import date

APPROVALS = frozenset({"approved", "approved_with_conditions"})


def has_begun(held_on: date, today: date) -> bool:
    """A meeting decides on its day; what it decided may be written down later."""
    return held_on <= today


def was_before_the_meeting(waits_from: date, held_on: date) -> bool:
    """No meeting decides on what was not yet made, or not yet its body's to take, on its day."""
    return waits_from <= held_on


def sits_undeclared(names: Collection[str], present: Collection[str], declared: Collection[str]) -> bool:
    """Whether somebody known under these names is present and did not declare an interest."""
    known, there, stood_aside = (_folded(each) for each in (names, present, declared))
    return bool(known & there) and not known & stood_aside


def _folded(names: Collection[str]) -> set[str]:
    return {" ".join(name.split()).casefold() for name in names}
