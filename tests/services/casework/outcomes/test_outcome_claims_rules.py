"""When an outcome may be claimed, by table and by property."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import codes
from services.casework.outcomes.outcome_claims.rules import Outcome, claimable_from, obstacle_to_claim
from services.casework.outcomes.thriving_families.rules import VERSIONS, Version

D = date.fromisoformat
SCHOOL, WORK, CRIME = "school_attendance", "adults_out_of_work", "antisocial_behaviour_or_youth_crime"
DAYS = st.integers(0, 60).map(lambda number: date(2025, 1, 1) + timedelta(days=number))
A_VERSION = st.sampled_from(list(VERSIONS.values()))


def an_outcome(**changes: Any) -> Outcome:
    facts: dict[str, Any] = {"eligible": True, "needs": {"housing": "2024-01-10"}, "closed_on": None, **changes}
    needs = facts.pop("needs")
    improved = {need: D(day) for need, day in needs.items() if day}
    closed_on = facts.pop("closed_on")
    return Outcome(needs=frozenset(needs), improved=improved, closed_on=D(closed_on) if closed_on else None, **facts)


@pytest.mark.parametrize(
    ("version", "outcome", "claimed_on", "code"),
    [
        ("2012", {"eligible": False}, "2025-01-01", "not-eligible"),
        ("2012", {"plan": "none"}, "2025-01-01", "no-outcome-plan"),
        ("2012", {"plan": "earlier"}, "2025-01-01", "outcome-plan-out-of-date"),
        ("2012", {"claimed": True, "eligible": False}, "2025-01-01", "already-claimed"),
        ("2012", {"needs": {CRIME: "2024-01-10", WORK: None}}, "2025-01-01", "need-not-improved"),
        # Crime and work: six months; attendance: three terms, which are a year.
        ("2012", {"needs": {CRIME: "2024-01-10"}}, "2024-07-09", "not-yet-sustained"),
        ("2012", {"needs": {CRIME: "2024-01-10"}}, "2024-07-10", None),
        ("2012", {"needs": {CRIME: "2024-01-10", SCHOOL: "2024-01-11"}}, "2025-01-10", "not-yet-sustained"),
        ("2012", {"needs": {CRIME: "2024-01-10", SCHOOL: "2024-01-11"}}, "2025-01-11", None),
        # A need that the version does not count was the family's all the same.
        ("2012", {"needs": {CRIME: "2024-01-10", "housing": "2024-02-01"}}, "2024-07-31", "not-yet-sustained"),
        ("2012", {"needs": {CRIME: "2024-01-10", "housing": "2024-02-01"}}, "2024-08-01", None),
        ("2015", {"needs": {"health": "2024-01-10", SCHOOL: "2024-01-10"}}, "2025-01-09", "not-yet-sustained"),
        ("2015", {"needs": {"health": "2024-01-10", SCHOOL: "2024-01-10"}}, "2025-01-10", None),
        ("2015", {"closed_on": "2024-07-01"}, "2024-07-10", None),  # the closure does not matter
        # 2022: six months after the closure, or after an improvement that came later.
        ("2022", {}, "2025-01-01", "case-still-open"),
        ("2022", {"needs": {SCHOOL: None}}, "2025-01-01", "need-not-improved"),
        ("2022", {"closed_on": "2024-03-15"}, "2024-09-14", "not-yet-sustained"),
        ("2022", {"closed_on": "2024-03-15"}, "2024-09-15", None),
        ("2022", {"closed_on": "2024-08-31"}, "2025-02-27", "not-yet-sustained"),  # there is no 31 February
        ("2022", {"closed_on": "2024-08-31"}, "2025-02-28", None),
        (
            "2022",
            {"needs": {SCHOOL: "2023-06-01"}, "closed_on": "2023-08-31"},
            "2024-02-28",
            "not-yet-sustained",
        ),  # a leap year
        ("2022", {"needs": {SCHOOL: "2023-06-01"}, "closed_on": "2023-08-31"}, "2024-02-29", None),
        ("2022", {"needs": {SCHOOL: "2024-04-01"}, "closed_on": "2024-03-15"}, "2024-09-30", "not-yet-sustained"),
        ("2022", {"needs": {SCHOOL: "2024-04-01"}, "closed_on": "2024-03-15"}, "2024-10-01", None),
    ],
)
def test_what_stands_against_a_claim(version: str, outcome: dict[str, Any], claimed_on: str, code: str | None) -> None:
    obstacle = obstacle_to_claim(VERSIONS[version], an_outcome(**outcome), D(claimed_on))
    assert (obstacle and obstacle.code) == code


def test_an_obstacle_names_which_needs_or_which_day_it_hangs_on() -> None:
    behind = obstacle_to_claim(
        VERSIONS["2022"], an_outcome(needs={WORK: None, "housing": "2024-01-01"}), D("2025-01-01")
    )
    assert behind
    assert (behind.needs, behind.from_on) == ((WORK,), None)
    early = obstacle_to_claim(VERSIONS["2022"], an_outcome(closed_on="2024-08-31"), D("2024-09-01"))
    assert early
    assert (early.needs, early.from_on) == ((), D("2025-02-28"))


IMPROVED = st.dictionaries(st.sampled_from(sorted(codes.NEEDS)), DAYS, min_size=1)


@given(version=A_VERSION, improved=IMPROVED, closed_on=DAYS, later=st.integers(0, 400))
def test_a_claim_may_be_made_from_one_day_on_and_not_before(
    version: Version, improved: dict[str, date], closed_on: date, later: int
) -> None:
    outcome = Outcome(eligible=True, needs=frozenset(improved), improved=improved, closed_on=closed_on)
    from_on = claimable_from(version, outcome)
    assert obstacle_to_claim(version, outcome, from_on + timedelta(days=later)) is None
    too_early = obstacle_to_claim(version, outcome, from_on - timedelta(days=1 + later))
    assert too_early
    assert too_early.from_on == from_on
    six_months_at_least = timedelta(days=181)
    assert from_on - max(improved.values()) >= six_months_at_least
    if version.after_closure:
        assert from_on - closed_on >= six_months_at_least
