"""Families of the made-up county on their way through the law: believable, in order, and in the right proportions."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from shared.clock import london_day
from shared.working_days import add_working_days
from tools.demo.changes import make_changes
from tools.demo.county import County, make_county
from tools.demo.protection import IN_TIME, Step, make_paths

TODAY = date(2026, 3, 18)
SMALL_DAYS = (date(2026, 3, 30), date(2026, 10, 26), date(2026, 12, 28), date(2028, 2, 29))


@pytest.fixture(scope="module", params=(2015, 7))
def county(request: pytest.FixtureRequest) -> County:
    return make_county(request.param, 300, TODAY)


def _paths(county: County) -> dict[str, list[Step]]:
    return make_paths(county, make_changes(county))


def _of(steps: list[Step], kind: str) -> list[Step]:
    return [step for step in steps if step.kind == kind]


def _conferences(steps: list[Step], kind: str) -> list[Step]:
    return [step for step in _of(steps, "conference") if step.facts["kind"] == kind]


def test_more_than_half_of_the_children_on_plans_have_them_for_neglect() -> None:
    children: Counter[str] = Counter()
    for seed in range(6):
        county = make_county(seed, 300, TODAY)
        sizes = {each.key: len(each.household.children) for each in county.referrals}
        for key, steps in _paths(county).items():
            for each in _conferences(steps, "initial"):
                children[each.facts["category"]] += sizes[key]
    assert set(children) == {"NEG", "EMO", "PHY", "SAB"}
    assert 0.50 <= children["NEG"] / children.total() <= 0.62, "R§16-20: 56 % for neglect"


def test_plans_go_on_end_and_begin_again_and_visits_are_made_and_missed(county: County) -> None:
    paths = _paths(county)
    conferences = [each for steps in paths.values() for each in _of(steps, "conference")]
    assert Counter(each.facts["kind"] for each in conferences)["initial"] >= 15
    assert {each.facts.get("decision") for each in conferences} == {None, "continue", "end"}
    assert [key for key, steps in paths.items() if len(_conferences(steps, "initial")) == 2], "a second plan"
    assert [each for each in conferences if each.facts.get("previous_plans")], "a plan before, elsewhere"
    assert [each for each in conferences if each.facts.get("reason_late")]
    visits = {key: _of(steps, "visit") for key, steps in paths.items()}
    made = [each.on for each in max(visits.values(), key=len)]
    gaps = [(later - earlier).days for earlier, later in pairwise(made)]
    assert max(gaps) > 20 > min(gaps), "a visit is missed now and then"
    assert [each for those in visits.values() for each in those if each.facts["no_reply"]]
    outcomes = {each.facts["outcome"] for steps in paths.values() for each in _of(steps, "enquiry_completion")}
    assert "conference" in outcomes
    assert len(outcomes) > 1


@pytest.mark.parametrize("today", [TODAY, *SMALL_DAYS])
def test_every_step_follows_what_it_rests_on_and_none_is_of_today(today: date) -> None:
    county = make_county(3, 150, today)
    begun = {each.key: london_day(each.decided.at) for each in county.referrals if each.decided}
    for key, steps in _paths(county).items():
        assert all(begun[key] <= step.on < today for step in steps)
        path = [step for step in steps if not step.kind.startswith("assessment")]
        assert [step.on for step in path] == sorted(step.on for step in path)
        for discussion, conference in zip(_of(steps, "discussion"), _conferences(steps, "initial"), strict=False):
            late = conference.on > add_working_days(discussion.on, IN_TIME)
            assert late == ("reason_late" in conference.facts)
            assert conference.on.weekday() < 5
        assessed = steps[len(path) :]
        assert [step.kind for step in assessed] == _prefix(len(assessed))
        assert [step.on for step in assessed] == sorted(step.on for step in assessed)


def _prefix(length: int) -> list[str]:
    return ["assessment", "assessment_completion", "assessment_authorisation"][:length]


def test_in_a_larger_county_the_same_families_go_the_same_way(county: County) -> None:
    smaller = _paths(make_county(county.seed, 130, TODAY))
    larger = _paths(county)
    assert len(larger) > len(smaller) > 30
    assert all(larger[key] == steps for key, steps in smaller.items())
