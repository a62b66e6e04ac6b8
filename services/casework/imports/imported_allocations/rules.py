"""One worker at a time holds a family."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """A key worker held a family from a day until before another; `row` where a file says so, none where we know."""

    from_on: date
    until_on: date | None
    row: int | None = None


def overlaps(spans: Iterable[Span]) -> Iterator[int]:
    """The rows that say of a day that a second key worker holds the family; there is one (R§36)."""
    last: Span | None = None
    for span in sorted(spans, key=lambda each: (each.from_on, each.until_on or date.max)):
        if last and (last.until_on is None or span.from_on < last.until_on):
            row = span.row if span.row is not None else last.row
            if row is not None:
                yield row
        if last is None or (span.until_on or date.max) > (last.until_on or date.max):
            last = span
