"""How the facts of a case become the stretches from which caseloads are counted, by table and by property."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.cases.cases.rules import CLOSED
from services.casework.cases.holdings.rules import (
    Held,
    History,
    Standing,
    Stretch,
    standing_on,
    stretches_of,
    waits_since,
)

FIRST = date(2026, 1, 5)
DAYS = [FIRST + timedelta(days=number) for number in range(12)]
DAY = st.sampled_from(DAYS)
ANN, BOB = UUID(int=1), UUID(int=2)
CHILDREN = [UUID(int=number) for number in (11, 12, 13)]
PATHWAYS = st.sampled_from(["early_help", "court", CLOSED])


def _in_order(dated: list[tuple[date, str | None]]) -> list[tuple[date, str | None]]:
    return sorted(dated, key=lambda each: each[0])


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Any facts, also those that the service would refuse: what follows from them must hold all the same."""
    steps = draw(st.lists(st.tuples(DAY, PATHWAYS), min_size=1, max_size=5))
    moves = draw(st.lists(st.tuples(DAY, st.sampled_from([None, "north", "south"])), max_size=3))
    held = [
        Held(draw(st.sampled_from([ANN, BOB])), min(days), None if draw(st.booleans()) else max(days))
        for days in draw(st.lists(st.tuples(DAY, DAY), max_size=4))
    ]
    joined = draw(st.dictionaries(st.sampled_from(CHILDREN), DAY, max_size=3))
    return History(_in_order([*steps]), _in_order(moves), sorted(held, key=lambda each: each.from_on), joined)


def _naive(history: History, day: date) -> Standing | None:
    """The same read off the facts by hand, without the rule."""
    pathway = area = worker = None
    for from_on, step in history.pathways:
        pathway = step if from_on <= day else pathway
    for from_on, move in history.areas:
        area = move if from_on <= day else area
    for held in history.held:
        covers = held.from_on <= day and not (held.until_on and held.until_on <= day)
        worker = held.worker_id if covers else worker
    if pathway in (None, CLOSED):
        return None
    return Standing(area, pathway, worker, sum(joined_on <= day for joined_on in history.children.values()))


def _covering(stretches: list[Stretch], day: date) -> list[Stretch]:
    return [each for each in stretches if each.from_on <= day and not (each.until_on and each.until_on <= day)]


@given(histories())
def test_stretches_cover_exactly_the_open_days_and_have_what_stood_on_each(history: History) -> None:
    stretches = stretches_of(history)
    for day in [FIRST - timedelta(days=1), *DAYS, DAYS[-1] + timedelta(days=400)]:
        stood = [each.standing for each in _covering(stretches, day)]
        expected = _naive(history, day)
        assert standing_on(history, day) == expected
        assert stood == ([expected] if expected else [])


@given(histories())
def test_stretches_are_in_order_and_neighbours_differ(history: History) -> None:
    stretches = stretches_of(history)
    assert all(each.until_on is None or each.from_on < each.until_on for each in stretches)
    for one, other in pairwise(stretches):
        assert one.until_on is not None
        assert one.until_on <= other.from_on
        assert one.until_on < other.from_on or one.standing != other.standing


@given(histories())
def test_a_wait_is_counted_from_the_first_of_its_days_in_a_row(history: History) -> None:
    since = waits_since(stretches_of(history))
    last = standing_on(history, DAYS[-1])
    assert (since is not None) == (last is not None and last.waits)
    if since:
        waiting = [standing_on(history, day) for day in DAYS if day >= since]
        assert all(stood and stood.waits for stood in waiting)
        before = standing_on(history, since - timedelta(days=1))
        assert before is None or not before.waits


def _on(number: int) -> date:
    return DAYS[number]


@pytest.mark.parametrize(
    ("held", "steps", "expected"),
    [
        ([], [(0, "court")], [(0, None, None)]),
        ([(ANN, 0, None)], [(0, "court")], [(0, None, ANN)]),
        ([(ANN, 2, 5), (BOB, 5, None)], [(0, "court")], [(0, 2, None), (2, 5, ANN), (5, None, BOB)]),
        ([(ANN, 2, 2), (BOB, 2, None)], [(0, "court")], [(0, 2, None), (2, None, BOB)]),  # handed on the same day
        ([(ANN, 0, 3)], [(0, "court"), (3, CLOSED)], [(0, 3, ANN)]),
        ([(ANN, 0, 3)], [(0, "court"), (3, CLOSED), (6, "court")], [(0, 3, ANN), (6, None, None)]),
        ([], [(0, "court"), (3, CLOSED), (6, "court")], [(0, 3, None), (6, None, None)]),  # as before, after a gap
        ([], [(0, "court"), (0, CLOSED)], []),  # opened and closed on one day
        ([(ANN, 0, 4), (ANN, 4, None)], [(0, "court")], [(0, None, ANN)]),  # the same again is no change
    ],
)
def test_stretches_of(
    held: list[tuple[UUID, int, int | None]],
    steps: list[tuple[int, str]],
    expected: list[tuple[int, int | None, UUID | None]],
) -> None:
    history = History(
        [(_on(day), step) for day, step in steps],
        [(FIRST, "south")],
        [Held(worker, _on(start), None if end is None else _on(end)) for worker, start, end in held],
        {CHILDREN[0]: FIRST},
    )
    found = [(each.from_on, each.until_on, each.standing.key_worker_id) for each in stretches_of(history)]
    assert found == [(_on(start), None if end is None else _on(end), worker) for start, end, worker in expected]
