"""When two records of a child contradict each other, so that they must not be merged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Literal

from services.referrals.people.rules import date_degree
from shared.births import UNBORN_LATE_BY

Contradiction = Literal["same_record", "already_merged", "nhs_number", "upn", "date_of_birth", "restriction"]

IN_WORDS: dict[Contradiction, str] = {
    "same_record": "both are the same record",
    "already_merged": "one of the records is merged already",
    "nhs_number": "their NHS numbers differ",
    "upn": "their unique pupil numbers differ",
    "date_of_birth": "their dates of birth are further apart than a typing error",
    "restriction": "they are restricted to different people",
}

ONE_ERROR_APART = ("the same", "with a typing error", "day and month exchanged")
"""Of the degrees of `people.rules.date_degree`: those that a slip of the hand explains."""
BORN_EARLY_BY = timedelta(weeks=18)
"""A child who lives is born at 22 weeks of 40 at the earliest (BAPM framework of 2019)."""
BORN_LATE_BY = UNBORN_LATE_BY
"""As long as a birth may be unreported after the expected date."""


@dataclass(frozen=True)
class Recorded:
    """What of one record can contradict another."""

    nhs_number: str | None
    upn: str | None
    date_of_birth: date | None
    expected_date_of_birth: date | None
    restricted_to: frozenset[str]


def contradictions(ones: list[Recorded], others: list[Recorded]) -> list[Contradiction]:
    """Everything in which any record of one child contradicts any record of the other."""
    found = {each for one, other in product(ones, others) for each in _between(one, other)}
    return sorted(found)


def _between(one: Recorded, other: Recorded) -> Iterator[Contradiction]:
    if one.nhs_number and other.nhs_number and one.nhs_number != other.nhs_number:
        yield "nhs_number"
    if one.upn and other.upn and one.upn != other.upn:
        yield "upn"
    if not (_births_agree(one, other) and _births_agree(other, one)):
        yield "date_of_birth"
    if one.restricted_to != other.restricted_to:
        yield "restriction"


def _births_agree(one: Recorded, other: Recorded) -> bool:
    if one.date_of_birth and other.date_of_birth:
        return date_degree(one.date_of_birth, other.date_of_birth) in ONE_ERROR_APART
    if one.date_of_birth and (expected := other.expected_date_of_birth):
        return expected - BORN_EARLY_BY <= one.date_of_birth <= expected + BORN_LATE_BY
    return True
