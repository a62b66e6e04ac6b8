"""England's working days: Monday to Friday without bank holidays."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import holidays

from shared.clock import LONDON, london_day

CLOSE_OF_BUSINESS = time(17, 0)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The nth working day after `day`; `day` itself is never counted."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def close_of_working_day(received_at: datetime, count: int) -> datetime:
    """17:00 in London on the nth working day after the London date of `received_at`, in UTC."""
    day = add_working_days(london_day(received_at), count)
    return datetime.combine(day, CLOSE_OF_BUSINESS, LONDON).astimezone(UTC)
