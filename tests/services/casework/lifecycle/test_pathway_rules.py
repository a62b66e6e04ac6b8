"""The table of lawful steps, and what follows from it."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework import codes
from services.casework.lifecycle.openings.rules import PATHWAY_AFTER
from services.casework.lifecycle.pathways import rules
from shared.contracts.casework import CaseClosed, Pathway

PATHWAYS = st.sampled_from(rules.ORDER)


def test_every_pathway_is_in_the_table_once_in_the_order_of_the_domain() -> None:
    assert list(rules.ORDER) == list(codes.PATHWAYS)
    pairs = [(step.before, step.after) for step in rules.LAWFUL]
    assert len(pairs) == len(set(pairs))
    assert {before for before, _ in pairs} == {after for _, after in pairs} == set(rules.ORDER)


def test_every_pathway_can_be_stepped_up_to_its_neighbour_and_down_again() -> None:
    for lower, higher in pairwise(rules.ORDER):
        assert rules.direction_of(lower, higher) == "up"
        assert rules.direction_of(higher, lower) == "down"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("child_protection", "early_help"),
        ("child_protection", "thriving_families"),
        ("court", "thriving_families"),
        ("court", "early_help"),
        ("thriving_families", "court"),
        ("early_help", "court"),
        ("child_in_need", "child_in_need"),
        ("child_in_need", "closed"),
        ("closed", "child_in_need"),
    ],
)
def test_what_is_no_step(before: str, after: str) -> None:
    assert rules.direction_of(before, after) is None


@given(before=PATHWAYS, after=PATHWAYS)
def test_a_step_goes_one_way_only_and_never_on_the_spot(before: Pathway, after: Pathway) -> None:
    there, back = rules.direction_of(before, after), rules.direction_of(after, before)
    assert before != after or there is None
    assert there is None or back is None or {there, back} == {"up", "down"}
    by_the_service = after in rules.lawful_steps(before)
    assert (by_the_service or rules.is_for_the_front_door(before, after)) == (there is not None)
    assert not (by_the_service and rules.is_for_the_front_door(before, after))


def test_significant_harm_is_acted_on_from_wherever_a_family_is() -> None:
    """In the Family Support Service by the service; from early help by the front door."""
    open_to_the_service = {each for each in rules.ORDER if each not in ("early_help", "child_protection")}
    assert {each for each in rules.ORDER if "child_protection" in rules.lawful_steps(each)} == open_to_the_service
    assert rules.is_for_the_front_door("early_help", "child_protection")


def test_no_family_enters_the_service_but_through_the_front_door() -> None:
    assert rules.lawful_steps("early_help") == []
    assert rules.lawful_reopenings("early_help") == ["early_help"]


def test_a_referral_that_joins_takes_the_family_up_by_a_lawful_step_or_leaves_it() -> None:
    for present, asked in product(rules.ORDER, PATHWAY_AFTER.values()):
        joined = rules.pathway_with(present, asked) or present
        assert rules.ORDER.index(joined) == max(rules.ORDER.index(present), rules.ORDER.index(asked))


@given(st.data(), PATHWAYS)
def test_closing_and_reopening_leads_nowhere_that_steps_do_not(data: st.DataObject, before: Pathway) -> None:
    after = data.draw(st.sampled_from(rules.lawful_reopenings(before)))
    assert after == before or rules.direction_of(before, after)


def test_the_reasons_for_closing_are_those_of_the_event_and_of_the_census() -> None:
    assert list(codes.CLOSURES) == list(CaseClosed.model_json_schema()["properties"]["closure"]["enum"])
    assert list(codes.CLOSURES) == [f"RC{number}" for number in range(1, 10)]
