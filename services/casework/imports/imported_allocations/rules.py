"""One worker at a time holds a family."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Span:
    """A key worker held a family from a day until before another; `row` is its number in the file, none where it is
    known already."""

    from_on: date
    until_on: date | None
    row: int | None = None


def overlaps(spans: Iterable[Span]) -> Iterator[int]:
    """The numbers of the rows by which a second key worker would hold the family on some day; there is one (R§36)."""
    last: Span | None = None
    for span in sorted(spans, key=lambda each: (each.from_on, each.until_on or date.max)):
        if last and (last.until_on is None or span.from_on < last.until_on):
            row = span.row if span.row is not None else last.row
            if row is not None:
                yield row
        if last is None or (span.until_on or date.max) > (last.until_on or date.max):
            last = span
