"""Who is eligible, and since when a need is better, by table and by property."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import codes
from services.casework.outcomes.thriving_families.rules import (
    VERSIONS,
    Version,
    assess,
    improved_since,
    version_on,
)
from services.referrals import codes as front_door
from services.referrals.thresholds.rules import Facts, judge

D = date.fromisoformat
SCHOOL, WORK, CRIME = "school_attendance", "adults_out_of_work", "antisocial_behaviour_or_youth_crime"

# Which criterion each need meets in each version; none: it does not count there.
MEETS: dict[str, tuple[str | None, str | None, str | None]] = {
    SCHOOL: ("school_attendance", "school_attendance", "education"),
    WORK: ("adults_out_of_work", "work_and_finance", "financial_stability"),
    CRIME: ("antisocial_behaviour_or_youth_crime", "crime_or_antisocial_behaviour", "crime"),
    "early_years": (None, "children_who_need_help", "early_years"),
    "health": (None, "health", "health"),
    "substance_use": (None, "health", "substance_use"),
    "family_relationships": (None, None, "family_relationships"),
    "abuse_or_exploitation": (None, "children_who_need_help", "abuse_or_exploitation"),
    "domestic_abuse": (None, "domestic_abuse", "domestic_abuse"),
    "housing": (None, None, "housing"),
    "finance": (None, "work_and_finance", "financial_stability"),
    "children_who_need_help": (None, "children_who_need_help", None),
}


def test_every_need_meets_the_criterion_that_it_should_in_every_version() -> None:
    assert MEETS.keys() == codes.NEEDS.keys()
    found = {need: tuple(version.criterion_of(need) for version in VERSIONS.values()) for need in codes.NEEDS}
    assert found == MEETS


def test_the_versions_have_three_six_and_ten_criteria_each_with_a_meaning_and_a_need() -> None:
    assert {name: (version.minimum, len(version.met_by)) for name, version in VERSIONS.items()} == {
        "2012": (2, 3),
        "2015": (2, 6),
        "2022": (3, 10),
    }
    for name, version in VERSIONS.items():
        assert version.met_by.keys() == codes.CRITERIA[name].keys()
        assert all(version.met_by.values())
        assert version.longer.keys() <= version.met_by.keys()


@pytest.mark.parametrize(
    ("day", "version"),
    [
        ("2012-03-31", None),
        ("2012-04-01", "2012"),
        ("2015-03-31", "2012"),
        ("2015-04-01", "2015"),
        ("2022-09-30", "2015"),
        ("2022-10-01", "2022"),
        ("2026-11-22", "2022"),
    ],
)
def test_the_version_in_force(day: str, version: str | None) -> None:
    found = version_on(D(day))
    assert (found and found.name) == version


@pytest.mark.parametrize(
    ("version", "needs", "eligible", "met", "not_counted"),
    [
        ("2012", [SCHOOL], False, ["school_attendance"], []),
        ("2012", [SCHOOL, CRIME], True, [SCHOOL, CRIME], []),
        ("2012", [SCHOOL, "health", "housing"], False, [SCHOOL], ["health", "housing"]),
        ("2012", [SCHOOL, WORK, CRIME], True, [SCHOOL, WORK, CRIME], []),
        ("2015", ["health", "substance_use"], False, ["health"], []),  # two needs that meet one criterion
        ("2015", [WORK, "finance", "domestic_abuse"], True, ["work_and_finance", "domestic_abuse"], []),
        ("2015", ["housing", "family_relationships"], False, [], ["family_relationships", "housing"]),
        ("2022", ["health", "substance_use"], False, ["health", "substance_use"], []),
        ("2022", [WORK, "finance", "housing"], False, ["housing", "financial_stability"], []),
        ("2022", ["health", "substance_use", "housing"], True, ["health", "substance_use", "housing"], []),
        ("2022", ["children_who_need_help", "health", "housing"], False, ["health", "housing"], [*MEETS][-1:]),
    ],
)
def test_eligibility(version: str, needs: list[str], eligible: bool, met: list[str], not_counted: list[str]) -> None:
    found = assess(VERSIONS[version], needs)
    assert found.eligible is eligible
    assert [each.criterion for each in found.met] == met
    assert list(found.not_counted) == not_counted
    assert {each.criterion for each in (*found.met, *found.not_met)} == codes.CRITERIA[version].keys()


def test_each_criterion_has_its_reason_as_a_sentence() -> None:
    found = assess(VERSIONS["2022"], [WORK, "housing"])
    assert found.because == "2 of the 10 criteria of 2022 are met, where 3 are needed"
    assert found.met[1].because == "Financial stability: Adults out of work"
    assert found.not_met[0].because == "Getting a good education: not among the needs (School attendance)"


NEEDS = st.frozensets(st.sampled_from(sorted(codes.NEEDS)))
A_VERSION = st.sampled_from(list(VERSIONS.values()))


@given(version=A_VERSION, needs=NEEDS, more=NEEDS)
def test_eligibility_is_by_the_count_of_criteria_and_more_needs_never_lose_it(
    version: Version, needs: frozenset[str], more: frozenset[str]
) -> None:
    column = list(VERSIONS).index(version.name)
    met = {MEETS[need][column] for need in needs} - {None}
    found = assess(version, needs)
    assert found.eligible is (len(met) >= version.minimum)
    assert {each.criterion for each in found.met} == met
    assert assess(version, needs | more).eligible >= found.eligible


@given(needs=NEEDS)
def test_whom_the_front_door_suggests_for_thriving_families_is_eligible_here(needs: frozenset[str]) -> None:
    assert codes.NEEDS == front_door.NEEDS
    suggested = {line.rule for line in judge(Facts(needs=needs)).met}
    assert ("thriving_families_2012" in suggested) is assess(VERSIONS["2012"], needs).eligible
    if "thriving_families_2022" in suggested:
        assert assess(VERSIONS["2022"], needs).eligible


@pytest.mark.parametrize(
    ("seen", "since"),
    [
        ([], None),
        ([("2025-01-10", False)], None),
        ([("2025-01-10", True)], "2025-01-10"),
        ([("2025-01-10", True), ("2025-03-01", True)], "2025-01-10"),
        ([("2025-03-01", True), ("2025-01-10", True)], "2025-01-10"),  # written down later
        ([("2025-01-10", True), ("2025-03-01", False)], None),
        ([("2025-01-10", True), ("2025-03-01", False), ("2025-04-01", True)], "2025-04-01"),
        ([("2025-01-10", True), ("2025-01-10", False)], None),  # of two on one day the later holds
        ([("2025-01-10", True), ("2025-03-01", False), ("2025-03-01", True)], "2025-01-10"),
    ],
)
def test_since_when_a_need_is_better(seen: list[tuple[str, bool]], since: str | None) -> None:
    assert improved_since((D(day), improved) for day, improved in seen) == (D(since) if since else None)


DAYS = st.integers(0, 60).map(lambda number: date(2025, 1, 1) + timedelta(days=number))


@given(st.lists(st.tuples(DAYS, st.booleans())))
def test_a_need_is_better_since_the_day_after_which_it_was_never_seen_worse(seen: Sequence[tuple[date, bool]]) -> None:
    holds = dict(seen)
    better = [day for day in sorted(holds) if all(improved for other, improved in holds.items() if other >= day)]
    assert improved_since(seen) == (better[0] if better else None)
