"""When a birth can be expected: the two limits that hold for every unborn child on record."""

from datetime import date, timedelta

UNBORN_EXPECTED_WITHIN = timedelta(days=300)
"""Longer than any pregnancy."""
UNBORN_LATE_BY = timedelta(days=42)
"""How long after the expected date a birth may still be unreported."""


def is_possible_expected_birth(expected: date, on: date) -> bool:
    """Whether a date of birth can still be the expected one on a day."""
    return on - UNBORN_LATE_BY <= expected <= on + UNBORN_EXPECTED_WITHIN
