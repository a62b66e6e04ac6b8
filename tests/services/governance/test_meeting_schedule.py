"""A year's ordinary meetings: on working days, as often as the cadence has it, and never twice."""

import asyncio
from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

import pytest
import time_machine
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given
from hypothesis import strategies as st

from services.governance.bodies.rules import Cadence
from services.governance.meetings.actions import keep_meetings_ahead
from services.governance.meetings.models import Meeting
from services.governance.meetings.rules import meeting_day, ordinary_meetings
from shared import clock
from shared.working_days import is_working_day
from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import coming_meetings


@pytest.mark.parametrize(
    ("planned", "held_on"),
    [
        (date(2026, 11, 24), date(2026, 11, 24)),
        (date(2025, 12, 25), date(2025, 12, 29)),  # Thursday; then Boxing Day and a weekend
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday
        (date(2027, 5, 3), date(2027, 5, 4)),  # the early May bank holiday
        (date(2027, 12, 27), date(2027, 12, 29)),  # Christmas Day and Boxing Day at a weekend, both made up for
    ],
)
def test_a_meeting_is_moved_off_a_holiday(planned: date, held_on: date) -> None:
    assert meeting_day(planned) == held_on


@given(
    st.sampled_from(get_args(Cadence)),
    st.integers(0, 4),
    st.dates(min_value=date(2015, 1, 1), max_value=date(2040, 1, 1)),
)
def test_a_year_of_meetings_has_no_gap_and_no_day_off(cadence: Cadence, weekday: int, today: date) -> None:
    held = list(ordinary_meetings(cadence, weekday, today).values())
    assert held == sorted(set(held))
    assert all(is_working_day(day) for day in held)
    assert held[0] >= today
    longest = timedelta(days=7 if cadence == "weekly" else 35) + timedelta(days=7)
    days = [today, *held, today + timedelta(days=366)]
    assert all(later - day <= longest for day, later in pairwise(days))
    assert len(held) in ((56, 57, 58) if cadence == "weekly" else (12, 13, 14))


@given(st.integers(0, 4), st.dates(min_value=date(2015, 1, 1), max_value=date(2040, 1, 1)), st.integers(0, 30))
def test_looking_again_later_plans_the_same_meetings(weekday: int, today: date, days: int) -> None:
    before = ordinary_meetings("weekly", weekday, today)
    after = ordinary_meetings("weekly", weekday, today + timedelta(days=days))
    common = before.keys() & after.keys()
    assert len(common) >= len(before) - days // 7 - 1
    assert all(before[planned] == after[planned] for planned in common)


async def _plan(governance: ServiceUnderTest) -> int:
    async with governance.database.begin() as session:
        return await keep_meetings_ahead(session)


async def test_the_timer_plans_a_year_and_then_only_what_is_missing(governance: ServiceUnderTest) -> None:
    planned = await _plan(governance)
    assert planned == await governance.count(Meeting) > 52 * 2 + 12
    assert await _plan(governance) == 0
    with time_machine.travel(clock.now() + timedelta(days=28), tick=True):
        added = await _plan(governance)
        assert 2 * 4 <= added <= 2 * 5 + 3 * 2  # two bodies meet weekly and three monthly
        assert await _plan(governance) == 0
    assert await governance.count(Meeting) == planned + added


async def test_two_timers_at_one_moment_plan_each_meeting_once(governance: ServiceUnderTest) -> None:
    planned = await asyncio.gather(*(_plan(governance) for _ in range(3)))
    assert sorted(planned)[:2] == [0, 0]
    assert sum(planned) == await governance.count(Meeting)


async def test_the_list_is_a_year_long_before_the_timer_has_run(governance: ServiceUnderTest) -> None:
    meetings = await coming_meetings(governance)
    held = [date.fromisoformat(meeting["held_on"]) for meeting in meetings]
    assert len(held) >= 52
    assert clock.today() <= held[0] <= clock.today() + timedelta(days=14)
    assert held[-1] >= clock.today() + timedelta(days=355)
    official = BankHolidays(use_cached_holidays=True)
    england = {holiday["date"] for holiday in official.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)}
    assert not england & set(held)
    assert all(day.weekday() < 5 for day in held)


async def test_a_body_without_a_cadence_has_the_meetings_that_are_called(governance: ServiceUnderTest) -> None:
    assert await coming_meetings(governance, "cabinet") == []
