"""Who may be key worker, who is suggested first, and what is a change: by table and by property."""

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.allocation.allocations.rules import (
    Candidate,
    Family,
    changes_of,
    free_since,
    obstacles_to,
    ranked,
)
from tests.services.casework.allocation.families_made import CANDIDATES, FAMILIES

ANN, BEN, CAT = (UUID(int=number) for number in (1, 2, 3))
FAMILY = Family(pathway="child_in_need", area="south", children=2)


def _who(number: int = 1, **changes: Any) -> Candidate:
    fields: dict[str, Any] = {
        "worker_id": UUID(int=number),
        "name": f"Worker {number}",
        "role": "social_worker",
        "registration_number": "SW1",
        "area": "south",
        "team": None,
        "fte": Decimal(1),
        "children": 0,
        "ceiling": Decimal(16),
    }
    return Candidate(**(fields | changes))


def _day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("changes", "pathway", "expected"),
    [
        ({}, "court", []),
        ({"registration_number": None}, "child_in_need", ["registration-required"]),
        ({"role": "family_support_worker"}, "child_protection", ["registration-required"]),
        ({"role": "family_support_worker", "registration_number": None}, "thriving_families", []),
        ({"role": "family_support_worker", "registration_number": None}, "early_help", []),
        ({"role": "team_manager"}, "early_help", ["not-a-key-worker"]),
        ({"in_post": False}, "court", ["worker-not-in-post"]),
        ({"in_post": False, "leaves_on": date(2026, 1, 1)}, "court", ["worker-not-in-post"]),
        ({"leaves_on": date(2026, 1, 1)}, "court", ["worker-leaving"]),
        ({"on_leave": True, "leaves_on": date(2026, 1, 1)}, "court", ["worker-leaving", "worker-on-leave"]),
        ({"in_scope": False}, "court", ["outside-your-scope"]),
    ],
)
def test_what_stands_against_a_key_worker(changes: dict[str, Any], pathway: str, expected: list[str]) -> None:
    assert obstacles_to(_who(**changes), Family(pathway, "south", 1)) == expected


def test_a_restriction_keeps_out_whom_it_does_not_name() -> None:
    family = Family("court", "south", 1, kept_out=frozenset({ANN}))
    assert [obstacles_to(_who(number), family) for number in (1, 2)] == [["worker-not-named"], []]


@pytest.mark.parametrize(
    ("held", "changes"),
    [
        ([], 0),
        ([ANN], 0),
        ([ANN, ANN], 0),
        ([ANN, BEN], 1),
        ([ANN, BEN, ANN], 2),
        ([ANN, ANN, BEN, BEN, CAT], 2),
    ],
)
def test_changes_of_key_worker(held: list[UUID], changes: int) -> None:
    assert changes_of(held) == changes


@pytest.mark.parametrize(
    ("stretches", "since"),
    [
        ([], None),
        ([("2026-06-01", None, None)], "2026-06-01"),
        ([("2026-06-01", None, ANN)], None),
        ([("2026-06-01", "2026-06-05", ANN), ("2026-06-05", None, None)], "2026-06-05"),
        ([("2026-06-01", "2026-06-05", None), ("2026-06-05", None, None)], "2026-06-01"),
        # closed from the 5th to the 9th
        ([("2026-06-01", "2026-06-05", None), ("2026-06-09", None, None)], "2026-06-09"),
    ],
)
def test_since_when_a_family_is_free(stretches: list[tuple[str, str | None, UUID | None]], since: str | None) -> None:
    on_days = [(_day(first), last and _day(last), worker) for first, last, worker in stretches]
    assert free_since(on_days) == (_day(since) if since else None)  # type: ignore[arg-type]


BEFORE_AND_AFTER = {
    "no obstacle before the family's former key worker on leave": (
        _who(1, area="north"),
        _who(2, on_leave=True),
        Family("court", "south", 2, [BEN], {BEN: date(2026, 1, 1)}),
    ),
    "room in another area before none in the own": (_who(1, area="north"), _who(2, children=15), FAMILY),
    "the own area before the one who knew the family": (
        _who(1),
        _who(2, area="north"),
        Family("court", "south", 2, [BEN], {BEN: date(2026, 1, 1)}),
    ),
    "who knew the family before more room": (
        _who(1, children=9),
        _who(2),
        Family("court", "south", 2, [ANN], {ANN: date(2026, 1, 1)}),
    ),
    "who knew it last before who knew it earlier": (
        _who(1),
        _who(2),
        Family("court", "south", 2, [BEN, ANN], {ANN: date(2026, 5, 2), BEN: date(2026, 5, 1)}),
    ),
    "the last key worker before a new one, where nobody is on record as having known it": (
        _who(1, children=9),
        _who(2),
        Family("court", "south", 2, [ANN]),
    ),
    "more room": (_who(1, children=3), _who(2, children=4), FAMILY),
    "more room by FTE": (
        _who(1, children=3),
        _who(2, children=0, fte=Decimal("0.5"), ceiling=Decimal(8)),
        FAMILY,
    ),
    "a known area is no better where the family's is not known": (
        _who(1, area="north"),
        _who(2, area="south", children=1),
        Family("court", None, 2),
    ),
    "the name, where all else is equal": (_who(1, name="Ann"), _who(2, name="Ben"), FAMILY),
}


@pytest.mark.parametrize("why", sorted(BEFORE_AND_AFTER))
def test_who_is_suggested_first(why: str) -> None:
    first, second, family = BEFORE_AND_AFTER[why]
    for candidates in ([first, second], [second, first]):
        assert [made.candidate for made in ranked(family, candidates)] == [first, second]


def test_the_reasons_are_sentences() -> None:
    family = Family("court", "south", 2, [BEN, ANN], {ANN: date(2026, 5, 2)})
    part = _who(1, children=7, fte=Decimal("0.6"), ceiling=Decimal("9.60"))
    [knew, full] = ranked(family, [part, _who(3, area="north", children=15, on_leave=True)])
    assert knew.reasons == [
        "Would hold 9 children of 9.6: room for 0.6 more",
        "Works in the family's area",
        "Knew the family as key worker until 2 May 2026",
        "Was the last key worker: no change for the children",
        "Is a registered social worker, as this pathway requires",
    ]
    assert full.reasons == [
        "Is on leave",
        "Would hold 17 children, 1 over the ceiling of 16",
        "Works in another area: north",
        "Would be change of key worker number 2 for the children",
        "Is a registered social worker, as this pathway requires",
    ]
    leaving = _who(2, leaves_on=date(2026, 3, 9), on_leave=True, on_leave_until=date(2026, 3, 1), role="team_manager")
    assert ranked(Family("early_help", None, 1), [leaving])[0].reasons == [
        "Is neither a social worker nor a family support worker",
        "Is about to leave: the last day is 9 March 2026",
        "Is on leave until 1 March 2026",
        "Would hold 1 child of 16: room for 15 more",
        "Works in the south; the family's area is not known",
        "Would be the family's first key worker",
    ]


@given(family=FAMILIES, candidates=CANDIDATES, seed=st.integers(0, 5))
def test_the_ranking_is_one_order_whatever_order_they_come_in(
    family: Family, candidates: list[Candidate], seed: int
) -> None:
    made = ranked(family, candidates)
    shuffled = list(candidates)
    Random(seed).shuffle(shuffled)
    assert ranked(family, shuffled) == made
    # Leaving one out changes nothing for the others.
    assert ranked(family, candidates[1:]) == [each for each in made if each.candidate not in candidates[:1]]


@given(family=FAMILIES, candidates=CANDIDATES)
def test_nobody_with_an_obstacle_or_without_room_is_above_somebody_without(
    family: Family, candidates: list[Candidate]
) -> None:
    made = ranked(family, candidates)
    worth = [(not each.obstacles, not each.obstacles and each.fits) for each in made]
    assert worth == sorted(worth, reverse=True)
    assert all(each.reasons for each in made)
