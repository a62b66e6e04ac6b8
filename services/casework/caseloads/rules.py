"""How caseloads are counted: spread over workers, at the end of a day."""

from collections.abc import Iterable
from dataclasses import dataclass
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
