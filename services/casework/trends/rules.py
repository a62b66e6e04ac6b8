"""How caseloads went from week to week: what was added and taken away, summed up to the end of each."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class Amounts:
    """Key workers, their FTE, what they hold, and the families that wait."""

    workers: int = 0
    fte: Decimal = Decimal(0)
    children: int = 0
    families: int = 0
    unallocated: int = 0

    def __add__(self, more: "Amounts") -> "Amounts":
        return Amounts(*(one + other for one, other in zip(astuple(self), astuple(more), strict=True)))

    def __neg__(self) -> "Amounts":
        return Amounts(*(-each for each in astuple(self)))


Change = tuple[date, Amounts]
"""So much more, or less, from a day on."""


def ends_of_weeks(today: date, weeks: int) -> list[date]:
    """The last days of so many weeks, Sundays, oldest first; of the present week it is today."""
    last_sunday = today - timedelta(days=today.isoweekday() % DAYS_OF_A_WEEK)
    sundays = [last_sunday - timedelta(weeks=number) for number in range(weeks)]
    ends = sundays if last_sunday == today else [today, *sundays[: weeks - 1]]
    return ends[::-1]


def levels(changes: Iterable[Change], days: Sequence[date]) -> list[Amounts]:
    """What all changes up to the end of each of these days add up to; the days in order."""
    waiting = sorted(changes, key=lambda change: change[0], reverse=True)
    reached, found = Amounts(), []
    for day in days:
        while waiting and waiting[-1][0] <= day:
            reached += waiting.pop()[1]
        found.append(reached)
    return found
