"""When two records of a child contradict each other, so that they must not be merged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any, Literal
from uuid import UUID

from services.referrals.people.rules import (
    Description,
    address_degree,
    birth_dates_had,
    date_degree,
    name_degree,
    names_had,
    plain,
)
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
    "protection_plans",
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
    "protection_plans": "each has a child protection plan in force, and a child has one",
}

SET_ASIDE_BY_A_MANAGER: frozenset[Contradiction] = frozenset({"named_together", "siblings", "twins"})
"""Signs of two children and no proof: a manager of the MASH may confirm that one record was made twice."""

CORRECTED_FIRST: frozenset[Contradiction] = frozenset({"nhs_number", "upn", "date_of_birth", "different_sex"})
"""What may be a slip in one of the records."""

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
    plan_ids: frozenset[UUID] = frozenset()
    """Child protection plans in force."""


def contradictions(ones: list[Recorded], others: list[Recorded]) -> list[Contradiction]:
    """Everything in which any record of one child contradicts any record of the other."""
    found = {each for one, other in product(ones, others) for each in _between(one, other)}
    return sorted(found)


def are_two_children(ones: list[Recorded], others: list[Recorded]) -> bool:
    """Whether records that share a number are of two children all the same, so that one has the number wrongly."""
    return bool(contradictions(ones, others))


def that_stand(found: Sequence[Contradiction], *, recorded_twice: bool) -> list[Contradiction]:
    """What still forbids a merge when somebody confirms that one record was made twice."""
    return [each for each in found if not (recorded_twice and each in SET_ASIDE_BY_A_MANAGER)]


NUMBERS: tuple[Literal["nhs_number", "upn"], ...] = ("nhs_number", "upn")
"""Of no two children."""


@dataclass(frozen=True)
class SharedNumber:
    """A number that the surviving record of a merge would have, and another child's record has, too."""

    field: Literal["nhs_number", "upn"]
    holder_id: UUID
    """Which of the two records has it."""
    other_id: UUID
    are_two_children: bool


def lawful_steps(shared: SharedNumber) -> list[dict[str, str]]:
    """By which calls a merge becomes possible that would let two records have one number."""
    if shared.are_two_children:
        calls = [f"POST /referrals/v1/children/{each}/corrections" for each in (shared.holder_id, shared.other_id)]
        return [{"step": "correct", "call": call} for call in calls]
    pair = {"surviving_child_id": str(shared.other_id), "merged_child_id": str(shared.holder_id)}
    return [{"step": "merge", "call": "POST /referrals/v1/merges", **pair}]


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
    if one.plan_ids and other.plan_ids:
        yield "protection_plans"


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


@dataclass(frozen=True)
class Known:
    """What one record has of a child, and when that was recorded."""

    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    sex: str
    ethnicity: str | None
    nhs_number: str | None
    upn: str | None
    upn_unknown_reason: str | None
    disabilities: Sequence[str]
    additional_needs: bool
    former_names: Sequence[Sequence[str]]
    former_birth_dates: Sequence[str]
    recorded_at: datetime


def brought(surviving: Known, merged: Known) -> dict[str, Any]:
    """What the surviving record takes of the other, field by field: what is fuller, and of two values the newer.

    A birth is fuller than an expected date, and comes with the names; a known sex than `U`; an ethnicity than none or
    one not obtained (NOBT). Disabilities are those of both, and additional needs are there if either has them.
    """
    newer = merged.recorded_at > surviving.recorded_at
    born = merged.date_of_birth is not None and surviving.date_of_birth is None
    unborn = merged.date_of_birth is None and surviving.date_of_birth is not None
    taken: dict[str, Any] = {}
    if born or (newer and not unborn):
        taken |= {name: getattr(merged, name) or getattr(surviving, name) for name in ("given_name", "family_name")}
        if merged.date_of_birth or merged.expected_date_of_birth:
            taken |= {name: getattr(merged, name) for name in ("date_of_birth", "expected_date_of_birth")}
    if merged.sex != "U" and (surviving.sex == "U" or newer):
        taken["sex"] = merged.sex
    if merged.ethnicity not in (None, "NOBT") and (surviving.ethnicity in (None, "NOBT") or newer):
        taken["ethnicity"] = merged.ethnicity
    for name in ("nhs_number", "upn"):
        taken[name] = getattr(surviving, name) or getattr(merged, name)
    if taken["upn"]:
        taken["upn_unknown_reason"] = None
    taken["disabilities"] = _of_both(surviving.disabilities, merged.disabilities)
    taken["additional_needs"] = surviving.additional_needs or merged.additional_needs
    changed = {name: value for name, value in taken.items() if value != getattr(surviving, name)}
    if {"given_name", "family_name"} & changed.keys():
        changed["former_names"] = names_had(surviving.former_names, surviving.given_name, surviving.family_name)
    if "date_of_birth" in changed and surviving.date_of_birth:
        changed["former_birth_dates"] = birth_dates_had(surviving.former_birth_dates, surviving.date_of_birth)
    return changed


def _of_both(ones: Sequence[str], others: Sequence[str]) -> list[str]:
    """The disabilities of both records; NONE stands alone."""
    found = {*ones, *others}
    if found <= {*ones}:
        return list(ones)
    return sorted(found - {"NONE"} or found)


TOGETHER: Sequence[frozenset[str]] = (
    frozenset({"date_of_birth", "expected_date_of_birth", "former_birth_dates"}),
    frozenset({"upn", "upn_unknown_reason"}),
    frozenset({"given_name", "family_name", "former_names"}),
)
"""Fields that make sense only together: a child is born or expected, a number is known or has a reason why not."""


def undone(stands: Mapping[str, Any], kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What a reversal puts back: what the merge brought, where nobody corrected it, nor what belongs to it, since."""
    corrected = {name for name, each in kept.items() if stands[name] != each["new"]}
    stays = corrected.union(*(group for group in TOGETHER if group & corrected))
    return {name: each["old"] for name, each in kept.items() if name not in stays}
