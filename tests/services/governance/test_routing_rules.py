"""Which bodies a proposal goes through, by table and by property."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.governance.decisions.rules import names_for, sits_undeclared
from services.governance.proposals.rules import Tick, gates_for, route_for

CORE, BOARD, DLT = "core_group", "programme_board", "directorate_leadership_team"
CCMT, CABINET = "county_council_management_team", "cabinet"
TICKS = get_args(Tick)

ROUTES: list[tuple[set[str], str | None, list[str]]] = [
    ({"day_to_day"}, None, [CORE]),
    ({"communications"}, None, [CORE]),
    ({"service_detail"}, None, [CORE]),
    ({"affects_people"}, None, [CORE]),
    (set(), "set_caseload_ceiling", [CORE]),
    ({"wider_or_fundamental"}, None, [BOARD]),
    ({"wider_or_fundamental", "service_detail"}, None, [BOARD]),
    ({"wider_or_fundamental"}, "set_caseload_ceiling", [BOARD]),
    ({"closes_or_moves_centre"}, None, [BOARD]),
    ({"significant_change_to_centre"}, None, [BOARD]),
    ({"for_county_management_team"}, None, [DLT, CCMT]),
    ({"for_cabinet"}, None, [DLT, CABINET]),
    ({"for_cabinet", "affects_people"}, None, [DLT, CABINET]),
    ({"for_cabinet", "for_county_management_team"}, None, [DLT, CCMT, CABINET]),
    ({"service_detail", "for_county_management_team"}, None, [CORE, DLT, CCMT]),
    ({"closes_or_moves_centre", "affects_people", "for_cabinet"}, None, [BOARD, DLT, CABINET]),
    (set(), None, []),
]


@pytest.mark.parametrize(("ticks", "effect", "bodies"), ROUTES)
def test_a_route_follows_from_the_impact(ticks: set[str], effect: str | None, bodies: list[str]) -> None:
    assert [step.body for step in route_for(ticks, effect)] == bodies


@given(st.sets(st.sampled_from(TICKS)), st.sampled_from([None, "set_caseload_ceiling"]))
def test_every_impact_has_a_body_that_decides_and_leadership_comes_before_those_outside(
    ticks: set[str], effect: str | None
) -> None:
    route = route_for(ticks, effect)
    deciding = [step.body for step in route if step.role == "decides"]
    assert bool(deciding) == bool(ticks or effect)
    assert len(deciding) == len(set(deciding))
    assert sorted(deciding, key=[CORE, BOARD, DLT, CCMT, CABINET].index) == deciding
    assert (DLT in deciding) == bool(ticks & {"for_cabinet", "for_county_management_team"})
    assert (CABINET in deciding) == ("for_cabinet" in ticks)
    assert all(step.because and step.because[0].isupper() for step in route)


@given(st.sets(st.sampled_from(TICKS)))
def test_gates_follow_from_centres_and_people(ticks: set[str]) -> None:
    gates = gates_for(ticks).keys()
    about_centre = bool(ticks & {"closes_or_moves_centre", "significant_change_to_centre"})
    assert ("public_consultation" in gates) == ("four_considerations" in gates) == about_centre
    assert ("impact_assessment" in gates) == ("affects_people" in ticks)


@pytest.mark.parametrize(
    ("present", "declared", "refused"),
    [
        ([], [], False),
        (["olga"], [], False),
        (["anita"], [], True),
        (["Anita  shah"], [], True),
        (["Aníta\u00a0Shah"], [], True),
        (["Anita-Sha\u200bh"], [], True),
        (["Anita Shaw"], [], False),
        (["anita"], ["anita"], False),
        (["Anita Shah"], ["anita"], False),
        (["Anita Shah"], ["ANÍTA SHAH"], False),
        (["olga"], ["olga"], False),
    ],
)
def test_whoever_made_a_proposal_stands_aside(present: list[str], declared: list[str], refused: bool) -> None:
    assert sits_undeclared({"anita", "Anita Shah"}, present, declared) == refused


@pytest.mark.parametrize(
    ("own_name", "as_member", "of_others", "names"),
    [
        (None, [], [], {"anita"}),
        ("Anita Shah", [], [], {"anita", "Anita Shah"}),
        ("Anita Shah", [], ["ANÍTA SHAH"], {"anita"}),  # that is somebody else, who signs in as such
        ("Anita Shah", ["A. Shah"], ["Anita Shah"], {"anita", "A. Shah", "Anita Shah"}),
    ],
)
def test_under_which_names_a_proposer_is_listed(
    own_name: str | None, as_member: list[str], of_others: list[str], names: set[str]
) -> None:
    assert names_for("anita", own_name, as_member, of_others) == names
