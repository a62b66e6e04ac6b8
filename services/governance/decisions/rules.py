"""When a meeting may decide on a proposal, and who must stand aside."""

from collections.abc import Collection
from datetime import date

from shared.names import name_key

APPROVALS = frozenset({"approved", "approved_with_conditions"})


def has_begun(held_on: date, today: date) -> bool:
    """A meeting decides on its day; what it decided may be written down later."""
    return held_on <= today


def was_before_the_meeting(waits_from: date, held_on: date) -> bool:
    """No meeting decides on what was not yet made, or not yet its body's to take, on its day."""
    return waits_from <= held_on


def sits_undeclared(names: Collection[str], present: Collection[str], declared: Collection[str]) -> bool:
    """Whether somebody known under these names is present and did not declare an interest, however they are spelt."""
    known, there, stood_aside = ({name_key(name) for name in each} for each in (names, present, declared))
    return bool(known & there) and not known & stood_aside


def names_for(subject: str, own_name: str | None, as_member: Collection[str], of_others: Collection[str]) -> set[str]:
    """Under which names a proposer may be listed at a meeting: the subject, and the names of the own memberships.

    The name in the token is left out where the proposer is no member and a member of the body, who signs in as somebody
    else, has the same name.
    """
    names = {subject, *as_member}
    if own_name and (as_member or name_key(own_name) not in {name_key(other) for other in of_others}):
        names.add(own_name)
    return names
