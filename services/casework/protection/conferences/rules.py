"""What a conference may decide, on which day it is held, and who may chair it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.names import name_key

ConferenceKind = Literal["initial", "review", "transfer_in"]
Decision = Literal["plan", "no_plan", "continue", "end"]

DECISIONS: Mapping[ConferenceKind, frozenset[Decision]] = {
    "initial": frozenset({"plan", "no_plan"}),
    "review": frozenset({"continue", "end"}),
    "transfer_in": frozenset({"plan", "no_plan"}),
}

WITH_REASON: frozenset[Decision] = frozenset({"no_plan", "end"})
"""Whoever reads later why a child has no plan any more, or never had one, finds the reason."""


def is_at_weekend(day: date) -> bool:
    """An initial conference is not held at a weekend (CIN 8875)."""
    return day.weekday() >= 5


@dataclass(frozen=True)
class Person:
    """Somebody by name and, where it is known, by how they sign in."""

    name: str
    subject: str | None


def is_one_of(chair: Person, others: Iterable[Person]) -> bool:
    """Whether the chair is one of these: by how they sign in, by name only where that is not known of both."""
    return any(
        chair.subject == other.subject
        if chair.subject and other.subject
        else name_key(chair.name) == name_key(other.name)
        for other in others
    )
