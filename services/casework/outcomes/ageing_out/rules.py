"""Which young people soon reach an age at which the service changes for them, and on which day."""

from datetime import date, timedelta
from enum import IntEnum

from dateutil.relativedelta import relativedelta


class Age(IntEnum):
    """An age at which the service changes for a young person (R§49)."""

    ADULT = 18
    PAST_NINETEEN = 20
    PAST_TWENTY_FIVE = 26


AGES = tuple(Age)

AHEAD_MONTHS = 6
"""So early that a hand-over to the services for adults can be agreed (local)."""

AT_MOST_AHEAD_MONTHS = 24
AT_MOST_AHEAD_DAYS = AT_MOST_AHEAD_MONTHS * 365 // 12


def ahead(today: date, months: int = AHEAD_MONTHS) -> date:
    """The same day so many months later, or the last of that month: half a year from 31 August is 28 February."""
    return today + relativedelta(months=months)


def reaches_on(born: date, age: Age) -> date:
    """The birthday of that age; of somebody born on 29 February in other years 1 March, when the year is completed."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def born_between(age: Age, first: date, last: date) -> tuple[date, date]:
    """Of the days from `first` to `last` on which people reach an age: the days on which they were born."""
    return _earliest_birth(age, first), _earliest_birth(age, last + timedelta(days=1)) - timedelta(days=1)


def _earliest_birth(age: Age, on: date) -> date:
    """The earliest birthday of those who reach the age on this day or later."""
    if (on.month, on.day) == (2, 29) and not _has_29_february(on.year - age):
        return date(on.year - age, 3, 1)
    same_day = on.replace(year=on.year - age)
    if (on.month, on.day) == (3, 1) and _has_29_february(on.year - age) and not _has_29_february(on.year):
        return date(on.year - age, 2, 29)
    return same_day


def _has_29_february(year: int) -> bool:
    return (date(year, 3, 1) - timedelta(days=1)).day == 29


def service_ends(age: Age, additional_needs: bool) -> bool:
    """Whether the service is not for them any more from that birthday on: 0 to 19, to 25 with additional needs."""
    return age == Age.PAST_TWENTY_FIVE or (age == Age.PAST_NINETEEN and not additional_needs)
