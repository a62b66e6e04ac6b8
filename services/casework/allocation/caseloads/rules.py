"""What a set of key workers holds, as one, and how that went from week to week."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from shared.clock import LONDON


@dataclass(frozen=True)
class Spread:
    """How many key workers of an area hold so many children each, with their families and FTE."""

    area: str
    children: int
    workers: int
    families: int
    fte: Decimal


@dataclass(frozen=True)
class Total:
    """What several key workers hold together."""

    workers: int
    children: int
    families: int
    fte: Decimal


def total(spread: Iterable[Spread]) -> Total:
    rows = list(spread)
    return Total(
        workers=sum(row.workers for row in rows),
        children=sum(row.workers * row.children for row in rows),
        families=sum(row.families for row in rows),
        fte=sum((row.fte for row in rows), Decimal(0)),
    )


def distribution(spread: Iterable[Spread]) -> dict[int, int]:
    """Key workers by the number of children that each holds, fewest first."""
    workers: dict[int, int] = {}
    for row in sorted(spread, key=lambda each: each.children):
        workers[row.children] = workers.get(row.children, 0) + row.workers
    return workers


def mean(children: int, workers: int) -> Decimal:
    """Children per key worker, to two places; 0 where there is none."""
    return (Decimal(children) / workers).quantize(Decimal("0.01")) if workers else Decimal(0)


def after(day: date) -> datetime:
    """The first instant after a day in Europe/London."""
    return datetime.combine(day + timedelta(days=1), time.min, LONDON)


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

    def __rmul__(self, times: int) -> "Amounts":
        return Amounts(*(times * each for each in astuple(self)))


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
