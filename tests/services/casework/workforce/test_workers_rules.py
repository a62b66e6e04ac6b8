"""How the posts of a worker follow each other, by table and by property."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.workforce.absences.rules import overlap
from services.casework.workforce.workers.rules import (
    Place,
    Stay,
    key_worker_since,
    next_change_on,
    stay_on,
    with_change,
    with_end,
    without_change,
)

FIRST = date(2026, 1, 5)
DAYS = [FIRST + timedelta(days=number) for number in range(15)]
FULL = Place("social_worker", "south", "South 1", Decimal(1))
HALF = Place("social_worker", "south", "South 1", Decimal("0.5"))
NORTH = Place("social_worker", "north", "North 1", Decimal(1))
BOSS = Place("team_manager", "south", "South 1", Decimal(1))
PLACES = st.sampled_from([FULL, HALF, NORTH, BOSS])


@given(
    joined=st.sampled_from(DAYS),
    first=PLACES,
    changes=st.lists(st.tuples(PLACES, st.sampled_from(DAYS), st.sampled_from(DAYS)), max_size=6),
)
def test_whatever_the_changes_each_day_has_one_post_and_the_last_change_for_it_holds(
    joined: date, first: Place, changes: list[tuple[Place, date, date]]
) -> None:
    stays = [Stay(joined, None, first)]
    expected = {day: first for day in DAYS if day >= joined}
    for place, from_on, today in sorted(changes, key=lambda change: change[2]):
        from_on = max(from_on, joined)
        planned = [stay.from_on for stay in stays if stay.from_on > max(from_on, today)]
        for day in DAYS:
            if from_on <= day < min(planned, default=date.max):
                expected[day] = place
        stays = with_change(stays, place, from_on, today)
    assert {day: stay.place for day in DAYS if (stay := stay_on(stays, day))} == expected
    assert stays[-1].until_on is None
    for one, other in pairwise(stays):
        assert one.from_on < other.from_on == one.until_on
        assert one.place != other.place


@given(place=PLACES, ahead=st.integers(1, 7), end=st.none() | st.sampled_from(DAYS[8:]))
def test_a_planned_change_that_is_taken_back_leaves_no_trace(place: Place, ahead: int, end: date | None) -> None:
    stays = with_end([Stay(FIRST, DAYS[2], BOSS), Stay(DAYS[2], None, FULL)], end)
    if place != FULL and (end is None or DAYS[ahead + 2] < end):
        planned = with_change(stays, place, DAYS[ahead + 2], DAYS[2])
        assert without_change(with_end(planned, end), DAYS[ahead + 2]) == stays


def _day(number: int | None) -> date | None:
    return None if number is None else DAYS[number]


@pytest.mark.parametrize(
    ("stays", "since"),
    [
        ([(0, None, FULL)], 0),
        ([(0, 3, FULL), (3, None, HALF)], 0),
        ([(0, 3, BOSS), (3, None, HALF)], 3),
        ([(0, 3, FULL), (5, None, FULL)], 5),  # left and came back
        ([(0, 3, FULL), (3, None, BOSS)], None),
        ([(0, 3, FULL)], None),  # has left
        ([(12, None, FULL)], None),  # is still to come
        ([(0, 12, FULL), (12, None, BOSS)], 0),  # what is to come does not count yet
    ],
)
def test_since_when_somebody_is_a_key_worker(stays: list[tuple[int, int | None, Place]], since: int | None) -> None:
    made = [Stay(DAYS[start], _day(end), place) for start, end, place in stays]
    assert key_worker_since(made, DAYS[10]) == _day(since)


@pytest.mark.parametrize(
    ("stays", "leaves", "following"),
    [
        ([(0, None)], None, None),
        ([(0, None)], 9, 10),
        ([(0, 8), (8, None)], 9, 8),
        ([(6, None)], None, 6),  # joins
        ([(0, None)], 3, 4),  # should have left
        ([(0, 4)], 3, None),  # has left
    ],
)
def test_next_change_on(stays: list[tuple[int, int | None]], leaves: int | None, following: int | None) -> None:
    made = [Stay(DAYS[start], _day(end), FULL) for start, end in stays]
    assert next_change_on(made, _day(leaves), DAYS[5]) == _day(following)


@given(*(st.sampled_from(DAYS) for _ in range(2)), *(st.none() | st.integers(0, 5) for _ in range(2)))
def test_two_leaves_overlap_exactly_when_they_have_a_day_in_common(
    one: date, other: date, length: int | None, other_length: int | None
) -> None:
    def last(start: date, days: int | None) -> date | None:
        return None if days is None else start + timedelta(days=days)

    def covers(start: date, days: int | None) -> set[date]:
        many = 400 if days is None else days
        return {start + timedelta(days=number) for number in range(many + 1)}

    found = overlap((one, last(one, length)), (other, last(other, other_length)))
    assert found is bool(covers(one, length) & covers(other, other_length))
