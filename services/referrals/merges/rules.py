"""When two records of a child contradict each other, so that they must not be merged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Literal
from uuid import UUID

from services.referrals.people.rules import Description, address_degree, date_degree, name_degree, plain
from shared.births import UNBORN_LATE_BY

Contradiction = Literal[
    "same_record",
    "already_merged",
    "nhs_number",
    "upn",
    "date_of_birth",
    "different_sex",
    "named_together",
    "siblings",
    "twins",
    "restriction",
]

IN_WORDS: dict[Contradiction, str] = {
    "same_record": "both are the same record",
    "already_merged": "one of the records is merged already",
    "nhs_number": "their NHS numbers differ",
    "upn": "their unique pupil numbers differ",
    "date_of_birth": "their dates of birth are further apart than a typing error",
    "different_sex": "one is recorded as female and the other as male",
    "named_together": "one referral names both, as two children",
    "siblings": "they are known as two children of one family",
    "twins": "they have one date of birth and one home but different given names, as twins have",
    "restriction": "they are restricted to different people",
}

SET_ASIDE_BY_A_MANAGER: frozenset[Contradiction] = frozenset({"named_together", "siblings", "twins"})
"""Signs of two children and no proof: a manager of the MASH may confirm that one record was made twice."""

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
    sex: str = "U"
    given_name: str = ""
    lines: str = ""
    postcode: str = ""
    family_id: UUID | None = None
    referral_ids: frozenset[UUID] = frozenset()


def contradictions(ones: list[Recorded], others: list[Recorded]) -> list[Contradiction]:
    """Everything in which any record of one child contradicts any record of the other."""
    found = {each for one, other in product(ones, others) for each in _between(one, other)}
    return sorted(found)


def that_stand(found: Sequence[Contradiction], *, recorded_twice: bool) -> list[Contradiction]:
    """What still forbids a merge when somebody confirms that one record was made twice."""
    return [each for each in found if not (recorded_twice and each in SET_ASIDE_BY_A_MANAGER)]


def _between(one: Recorded, other: Recorded) -> Iterator[Contradiction]:
    if one.nhs_number and other.nhs_number and one.nhs_number != other.nhs_number:
        yield "nhs_number"
    if one.upn and other.upn and one.upn != other.upn:
        yield "upn"
    if not (_births_agree(one, other) and _births_agree(other, one)):
        yield "date_of_birth"
    if {one.sex, other.sex} == {"F", "M"}:
        yield "different_sex"
    if one.referral_ids & other.referral_ids:
        yield "named_together"
    if one.family_id and one.family_id == other.family_id:
        yield "siblings"
    if _like_twins(one, other):
        yield "twins"
    if one.restricted_to != other.restricted_to:
        yield "restriction"


def _births_agree(one: Recorded, other: Recorded) -> bool:
    if one.date_of_birth and other.date_of_birth:
        return date_degree(one.date_of_birth, other.date_of_birth) in ONE_ERROR_APART
    if one.date_of_birth and (expected := other.expected_date_of_birth):
        return expected - BORN_EARLY_BY <= one.date_of_birth <= expected + BORN_LATE_BY
    return True


def _like_twins(one: Recorded, other: Recorded) -> bool:
    """Born on one day, at home in one place, and called differently; one NHS number in both is of one child."""
    if one.nhs_number and one.nhs_number == other.nhs_number:
        return False
    together = (one.date_of_birth or one.expected_date_of_birth) == (
        other.date_of_birth or other.expected_date_of_birth
    )
    return together and _called_differently(one, other) and _one_home(one, other)


def _called_differently(one: Recorded, other: Recorded) -> bool:
    names = plain(one.given_name), plain(other.given_name)
    return all(names) and name_degree(*names) == "different"


def _one_home(one: Recorded, other: Recorded) -> bool:
    homes = [Description(lines=each.lines, postcode=each.postcode) for each in (one, other)]
    return address_degree(*homes) == "the same" or bool(one.family_id and one.family_id == other.family_id)
