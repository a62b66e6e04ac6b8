"""The table of clocks against an independent count, and series of due days against a migrated database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.casework import codes
from services.casework.record.timescales import actions, rules
from services.casework.record.timescales.models import Timescale
from services.casework.record.timescales.rules import Done, Turn
from shared.clock import LONDON
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.record.timescales_made import announced

FIRST, LAST = date(2013, 1, 1), date(2028, 12, 31)
DAYS = st.dates(FIRST, LAST)
CLOCKS = {clock.name: clock for clock in rules.CLOCKS}
OF_DAYS = sorted(name for name, clock in CLOCKS.items() if clock.unit != "hours")
BANK_HOLIDAYS = BankHolidays(use_cached_holidays=True)


@pytest.mark.parametrize(
    ("name", "since", "due_on"),
    [
        ("assessment", date(2025, 4, 14), date(2025, 6, 20)),
        ("initial_conference", date(2025, 12, 24), date(2026, 1, 19)),
        ("first_core_group", date(2026, 3, 30), date(2026, 4, 15)),
        ("later_core_group", date(2026, 3, 30), date(2026, 5, 11)),
        ("first_review_conference", date(2026, 11, 30), date(2027, 2, 28)),
        ("later_review_conference", date(2027, 8, 31), date(2028, 2, 29)),
        ("protection_visit", date(2026, 12, 18), date(2027, 1, 6)),
        ("first_need_review", date(2026, 3, 2), date(2026, 3, 30)),
        ("thriving_families_review", date(2026, 3, 2), date(2026, 4, 27)),
        ("pre_proceedings", date(2026, 1, 5), date(2026, 4, 27)),
        ("care_proceedings", date(2026, 1, 5), date(2026, 7, 6)),
    ],
)
def test_a_clock_ends_on_the_day_that_was_counted_by_hand(name: str, since: date, due_on: date) -> None:
    assert rules.due_on(name, since) == due_on


def _working_days_later(since: date, count: int) -> date:
    """Counted anew with another list of bank holidays: every working day after the first, one by one."""
    later = (since + timedelta(days=number) for number in range(1, 7 * count))
    return [day for day in later if BANK_HOLIDAYS.is_work_day(day, division=BankHolidays.ENGLAND_AND_WALES)][count - 1]


def _months_later(since: date, count: int) -> date:
    months = since.year * 12 + since.month - 1 + count
    last = date(months // 12 + (months % 12 == 11), (months + 1) % 12 + 1, 1) - timedelta(days=1)
    return last.replace(day=min(since.day, last.day))


COUNTED: dict[str, Callable[[date, int], date]] = {
    "working_days": _working_days_later,
    "weeks": lambda since, count: since + timedelta(days=7 * count),
    "months": _months_later,
}


@given(name=st.sampled_from(OF_DAYS), since=st.dates(date(2018, 1, 1), LAST))
def test_a_due_day_is_that_of_an_independent_count(name: str, since: date) -> None:
    clock = CLOCKS[name]
    assert rules.due_on(name, since) == COUNTED[clock.unit](since, clock.limit)


@given(name=st.sampled_from(OF_DAYS), since=DAYS)
def test_a_later_start_is_never_due_earlier(name: str, since: date) -> None:
    due_on = rules.due_on(name, since)
    assert since < due_on <= rules.due_on(name, since + timedelta(days=1))


@given(decided_at=st.datetimes(datetime(2013, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)))
def test_a_clock_of_hours_runs_through_changes_of_the_clocks(decided_at: datetime) -> None:
    ends_at = datetime.fromtimestamp(decided_at.timestamp() + 24 * 3600, LONDON)
    assert rules.due_on_after("strategy_discussion", decided_at) == ends_at.date()


def test_every_step_of_the_law_has_a_clock_and_every_clock_a_step_with_words() -> None:
    assert {clock.step for clock in rules.CLOCKS} <= codes.STEPS.keys()
    for clock in rules.CLOCKS:
        assert all((clock.source, clock.starts_with, clock.ended_by))
        assert clock.in_force_from <= LAST


@given(since=DAYS, done=st.lists(st.dates(FIRST, LAST), max_size=6))
def test_the_next_of_a_series_follows_from_the_last_one_done(since: date, done: list[date]) -> None:
    turns = rules.turns_of("first_core_group", "later_core_group", since, [Done(day) for day in done])
    assert [turn.met_on for turn in turns] == [*sorted(done), None]
    assert [turn.started_on for turn in turns] == [since, *sorted(done)]
    assert turns[0].due_on == rules.due_on("first_core_group", since)
    assert all(turn.due_on == turn.started_on + timedelta(weeks=6) for turn in turns[1:])


async def _turns(casework: ServiceUnderTest, about_id: UUID) -> list[tuple[int, date, date | None]]:
    async with casework.database.read() as session:
        rows = select(Timescale).where(Timescale.about_id == about_id).order_by(Timescale.number)
        return [(row.number, row.due_on, row.met_on) for row in await session.scalars(rows)]


async def test_a_series_is_written_anew_from_what_was_done_and_announced_once(casework: ServiceUnderTest) -> None:
    case, about_id, child_id = await a_case(casework), uuid4(), uuid4()
    since = date(2026, 3, 2)

    async def keep(*done: date) -> None:
        turns: list[Turn] = list(
            rules.turns_of("first_core_group", "later_core_group", since, [Done(day) for day in done])
        )
        async with casework.database.begin() as session:
            await actions.keep_turns(
                session, UUID(case["id"]), "core_group", turns, about_id=about_id, child_id=child_id
            )

    await keep()
    assert await _turns(casework, about_id) == [(1, date(2026, 3, 16), None)]
    assert await announced(casework) == 1
    await keep()
    assert await announced(casework) == 0
    await keep(date(2026, 4, 20))
    assert await announced(casework) == 1
    # One that was held in between is recorded late: those after it have other due days.
    await keep(date(2026, 3, 16), date(2026, 4, 20))
    first, second, third = await _turns(casework, about_id)
    assert first == (1, date(2026, 3, 16), date(2026, 3, 16))
    assert second == (2, date(2026, 4, 27), date(2026, 4, 20))
    assert third == (3, date(2026, 6, 1), None)
    assert await announced(casework) == 0
    await keep()
    assert await _turns(casework, about_id) == [(1, date(2026, 3, 16), None)]


async def test_the_table_of_clocks_is_published(casework: ServiceUnderTest) -> None:
    answer = await casework.as_("social_worker").get("/clocks")
    items = answer.json()["items"]
    assert [each["name"] for each in items] == [each.name for each in rules.CLOCKS]
    assert items[0]["limit"] == 45
    assert items[0]["local"] is False
