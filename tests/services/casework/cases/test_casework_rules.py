"""Casework's rules, by table and by property."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.casework.allocation.ceilings.rules import ceiling_of, fits, utilisation
from services.casework.cases.cases import queries as cases
from services.casework.cases.cases.rules import CaseScope, may_see_case
from services.casework.workforce.workers import queries as workers
from services.casework.workforce.workers.rules import Scope, may_see_worker, obstacle_to, team_key
from shared.auth import Actor, Role
from tests.predicates import finds
from tests.services.casework.casework_made import closed_on_of


@pytest.mark.parametrize(
    ("per_full_time", "fte", "children", "fit"),
    [
        (16, "1", 16, True),
        (16, "1", 17, False),
        (16, "0.6", 9, True),
        (16, "0.6", 10, False),
        (20, "0.55", 11, True),
        (20, "0.55", 12, False),
        (16, "0.01", 0, True),
    ],
)
def test_the_ceiling_is_compared_exactly(per_full_time: int, fte: str, children: int, fit: bool) -> None:
    assert fits(children, ceiling_of(per_full_time, Decimal(fte))) is fit


@given(st.integers(1, 40), st.integers(1, 100), st.integers(0, 60))
def test_utilisation_passes_one_exactly_when_the_ceiling_is_passed(ceiling: int, fte: int, children: int) -> None:
    own = ceiling_of(ceiling, Decimal(fte) / 100)
    assert fits(children, own) is (children * 100 <= ceiling * fte)
    if not fits(children, own):
        assert utilisation(children, own) > 1


@pytest.mark.parametrize("pathway", ["child_in_need", "child_protection", "court"])
def test_statutory_pathways_need_a_registered_social_worker(pathway: str) -> None:
    assert obstacle_to("social_worker", "SW1", pathway) is None
    assert obstacle_to("social_worker", None, pathway) == "registration-required"
    assert obstacle_to("family_support_worker", "SW1", pathway) == "registration-required"


def test_a_supervisor_who_holds_a_family_elsewhere_sees_it() -> None:
    both = Actor("a", frozenset({Role.SOCIAL_WORKER, Role.PRACTICE_SUPERVISOR}), area="south", team="t")
    assert may_see_case(both, CaseScope("north", "t", "a"))
    assert may_see_case(both, CaseScope("south", "t", "b"))
    assert not may_see_case(both, CaseScope("north", "t", "b"))


ROLES = [Role.SOCIAL_WORKER, Role.TEAM_MANAGER, Role.AREA_MANAGER, Role.PERFORMANCE_ANALYST, Role.REFERRER]
PLACES, SUBJECTS = st.sampled_from([None, "north", "south"]), ["a", "b"]
TEAMS = st.sampled_from([None, "St John’s 1", "ST JOHN'S-1", "u"])
ACTORS = st.builds(
    Actor,
    subject=st.sampled_from(SUBJECTS),
    roles=st.frozensets(st.sampled_from(ROLES)),
    area=PLACES,
    team=TEAMS,
)


DAYS_CLOSED = st.sampled_from([None, 28, 29])
NAMED = st.one_of(st.just(()), st.tuples(st.sampled_from(SUBJECTS).map(lambda subject: frozenset({subject}))))


@given(
    ACTORS,
    st.builds(
        CaseScope,
        area=PLACES,
        team=TEAMS,
        key_worker_subject=st.sampled_from([None, *SUBJECTS]),
        named=NAMED,
        days_closed=DAYS_CLOSED,
    ),
)
@example(Actor("a", frozenset({Role.SOCIAL_WORKER})), CaseScope(None, None, "a", days_closed=28))
@example(Actor("a", frozenset({Role.SOCIAL_WORKER})), CaseScope(None, None, "a", days_closed=29))
def test_the_rule_for_cases_and_its_sql_agree(actor: Actor, scope: CaseScope) -> None:
    case = {
        "area": scope.area,
        "team_key": team_key(scope.team),
        "last_key_worker_id": scope.key_worker_subject and "w",
        "closed_on": closed_on_of(scope),
        "family_id": "f",
    }
    [named] = next(iter(scope.named), [None])
    rows = {
        "cases": case,
        "workers": {"id": "w", "subject": scope.key_worker_subject},
        "family_restrictions": {"family_id": "f" if named else "another", "source": "referrals", "subject": named},
    }
    assert finds(cases.visible_to(actor), "cases", rows) is may_see_case(actor, scope)


@given(ACTORS, st.builds(Scope, area=st.sampled_from(["north", "south"]), team=TEAMS))
def test_the_rule_for_workers_and_its_sql_agree(actor: Actor, scope: Scope) -> None:
    rows = {"workers": {"area": scope.area, "team_key": team_key(scope.team)}}
    assert finds(workers.visible_to(actor), "workers", rows) is may_see_worker(actor, scope)
