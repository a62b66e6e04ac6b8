"""England's working days, held to GOV.UK's own list of bank holidays (the copy that `govuk-bank-holidays` carries)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays
from hypothesis import given
from hypothesis import strategies as st

from shared.working_days import add_working_days, close_of_working_day, is_working_day

PUBLISHED = frozenset(
    holiday["date"]
    for holiday in BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
)
FIRST, LAST = date(min(PUBLISHED).year, 1, 1), date(max(PUBLISHED).year, 12, 31)
LONGEST = timedelta(days=120)
DAYS = st.dates(FIRST, LAST - LONGEST)


def _published_working_days(after: date, until: date) -> int:
    """Counted on GOV.UK's list, day by day."""
    days = (after + timedelta(days=number) for number in range(1, (until - after).days + 1))
    return sum(day.isoweekday() not in (6, 7) and day not in PUBLISHED for day in days)


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        ("2025-12-24", 15, "2026-01-19"),
        ("2025-04-14", 45, "2025-06-20"),
        ("2026-03-30", 10, "2026-04-15"),
        ("2026-01-05", 1, "2026-01-06"),
        ("2026-01-09", 1, "2026-01-12"),  # from a Friday
        ("2026-01-10", 1, "2026-01-12"),  # from a Saturday
        ("2026-04-02", 1, "2026-04-07"),  # over Good Friday and Easter Monday
        ("2026-12-24", 1, "2026-12-29"),  # Boxing Day is a Saturday and kept on the Monday
        ("2020-05-07", 1, "2020-05-11"),  # the holiday was moved to Friday for VE day
        ("2020-05-01", 1, "2020-05-04"),  # and so that Monday was a day like others
        ("2022-06-01", 1, "2022-06-06"),  # the Platinum Jubilee
        ("2022-09-16", 1, "2022-09-20"),  # the state funeral
        ("2023-05-05", 1, "2023-05-09"),  # the coronation
        ("2025-11-28", 1, "2025-12-01"),  # St Andrew's day is Scotland's
        ("2026-03-16", 1, "2026-03-17"),  # St Patrick's day is Northern Ireland's
        ("2026-07-03", 0, "2026-07-03"),
    ],
)
def test_the_nth_working_day_after_a_day(day: str, count: int, end: str) -> None:
    assert add_working_days(date.fromisoformat(day), count) == date.fromisoformat(end)


def test_every_day_of_the_years_on_govuks_list_is_as_it_lists() -> None:
    days = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    assert len(days) > 10 * 365
    wrong = [day for day in days if is_working_day(day) != (_published_working_days(day - timedelta(days=1), day) == 1)]
    assert wrong == []


@given(day=DAYS, count=st.integers(1, 60))
def test_so_many_working_days_lie_between_and_the_last_is_one(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert _published_working_days(day, end) == count
    assert _published_working_days(end - timedelta(days=1), end) == 1


@given(day=DAYS, first=st.integers(0, 30), second=st.integers(0, 30))
def test_working_days_add_up(day: date, first: int, second: int) -> None:
    assert add_working_days(add_working_days(day, first), second) == add_working_days(day, first + second)


@pytest.mark.parametrize(
    ("received", "count", "close"),
    [
        ("2026-01-05T09:00", 1, "2026-01-06T17:00"),  # in winter London has UTC
        ("2026-07-06T09:00", 1, "2026-07-07T16:00"),  # in summer an hour more
        ("2026-03-27T12:00", 1, "2026-03-30T16:00"),  # over the night when clocks go forward
        ("2026-10-23T12:00", 1, "2026-10-26T17:00"),  # and over the one when they go back
        ("2026-07-06T22:59", 1, "2026-07-07T16:00"),  # 23:59 of Monday in London
        ("2026-07-06T23:00", 1, "2026-07-08T16:00"),  # midnight: already Tuesday
        ("2026-01-05T23:59", 1, "2026-01-06T17:00"),
        ("2026-01-03T10:00", 1, "2026-01-05T17:00"),  # on a Saturday
        ("2025-12-31T23:30", 3, "2026-01-06T17:00"),
    ],
)
def test_a_working_day_closes_at_five_in_london(received: str, count: int, close: str) -> None:
    closed = close_of_working_day(datetime.fromisoformat(received).replace(tzinfo=UTC), count)
    assert closed == datetime.fromisoformat(close).replace(tzinfo=UTC)
    assert closed.tzinfo is UTC
