"""How caseloads are counted and followed from week to week, by table and by property."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.casework.allocation.caseloads.rules import (
    Amounts,
    Spread,
    Total,
    after,
    distribution,
    ends_of_weeks,
    levels,
    mean,
    total,
)
from services.casework.allocation.ceilings.rules import Decided, ceiling_before

FIRST = date(2026, 1, 5)
DAY = st.integers(0, 30).map(lambda number: FIRST + timedelta(days=number))


@given(st.lists(st.tuples(st.sampled_from(["north", "south"]), st.integers(0, 30), st.integers(1, 100))))
def test_a_spread_counts_the_same_as_the_workers_one_by_one(workers: list[tuple[str, int, int]]) -> None:
    kinds: dict[tuple[str, int], list[int]] = {}
    for area, children, fte in workers:
        kinds.setdefault((area, children), []).append(fte)
    spread = [
        Spread(area, children, len(ftes), 2 * len(ftes), Decimal(sum(ftes)) / 100)
        for (area, children), ftes in kinds.items()
    ]
    held = [children for _, children, _ in workers]
    together = Decimal(sum(fte for *_, fte in workers)) / 100
    assert total(spread) == Total(len(held), sum(held), 2 * len(held), together)
    assert list(distribution(spread).items()) == [(many, held.count(many)) for many in sorted(set(held))]


@pytest.mark.parametrize(("children", "workers", "expected"), [(0, 0, "0"), (0, 3, "0"), (10, 3, "3.33"), (12, 3, "4")])
def test_mean(children: int, workers: int, expected: str) -> None:
    assert mean(children, workers) == Decimal(expected)


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        ("2026-01-05", "2026-01-06T00:00+00:00"),
        ("2026-03-28", "2026-03-29T00:00+00:00"),
        ("2026-03-29", "2026-03-29T23:00+00:00"),  # the clocks go forward: summer time ends the day an hour earlier
        ("2026-10-24", "2026-10-24T23:00+00:00"),
        ("2026-10-25", "2026-10-26T00:00+00:00"),  # and back
    ],
)
def test_a_day_ends_by_londons_clocks(day: str, instant: str) -> None:
    assert after(date.fromisoformat(day)) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("today", "weeks", "ends"),
    [
        ("2026-03-04", 3, ["2026-02-22", "2026-03-01", "2026-03-04"]),
        ("2026-03-08", 3, ["2026-02-22", "2026-03-01", "2026-03-08"]),  # a Sunday
        ("2026-03-09", 2, ["2026-03-08", "2026-03-09"]),
        ("2026-03-04", 1, ["2026-03-04"]),
        ("2026-03-08", 1, ["2026-03-08"]),
    ],
)
def test_ends_of_weeks(today: str, weeks: int, ends: list[str]) -> None:
    assert [str(day) for day in ends_of_weeks(date.fromisoformat(today), weeks)] == ends


def _sum(amounts: Iterable[Amounts]) -> Amounts:
    return sum(amounts, start=Amounts())


CHANGES = st.lists(st.tuples(DAY, st.builds(Amounts, workers=st.integers(-3, 3), children=st.integers(-9, 9))))


@given(changes=CHANGES, days=st.lists(DAY, max_size=6).map(sorted))
def test_a_level_is_the_sum_of_all_changes_so_far(changes: list[tuple[date, Amounts]], days: list[date]) -> None:
    assert levels(changes, days) == [_sum(each for on, each in changes if on <= day) for day in days]


@st.composite
def decisions(draw: st.DrawFn) -> list[Decided]:
    made = []
    for children in range(draw(st.integers(1, 5))):
        decided_on, effective_on, applied_on = sorted(draw(st.lists(DAY, min_size=3, max_size=3)))
        at = [datetime.combine(day, datetime.min.time(), UTC) for day in (decided_on, applied_on)]
        made.append(Decided(children, None, None, effective_on, at[0], at[1] + timedelta(hours=9)))
    return made


@given(decisions(), DAY)
def test_the_ceiling_of_a_day_is_the_latest_decision_applied_by_its_end(ever: list[Decided], day: date) -> None:
    found = ceiling_before(after(day), ever)
    applied = [each for each in ever if each.in_force_since.date() <= day]
    order = {each.children: (each.effective_on, each.decided_at) for each in ever}
    if applied:
        assert found in applied
        assert order[found.children] == max(order[each.children] for each in applied)
    else:
        assert order[found.children] == min(order.values())
    assert ceiling_before(after(day), ever[::-1]).effective_on == found.effective_on
