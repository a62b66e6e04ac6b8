"""Whether two times have a day in common."""

from datetime import date


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two times, each with its last day or without an end, have a day in common."""
    return one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)
