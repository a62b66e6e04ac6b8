"""What cannot be, of a case and its children that come from an older system."""

from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from services.casework.imports.files.rules import Told

OLDEST_CHILD = 25
"""0 to 19, to 25 with additional needs (R§49)."""

UNBORN_EXPECTED_WITHIN = timedelta(days=300)

UNBORN_LATE_BY = timedelta(days=42)
"""As at the front door: a birth is expected within 300 days, or was at most 42 days ago."""


def birth_faults(born: date | None, expected: date | None, joined_on: date, today: date) -> Iterator[Told]:
    """What cannot be, of the birth of a child of an open case."""
    if (born is None) == (expected is None):
        yield "date_of_birth", "one-of-two", "Say the date of birth or, of an unborn child, the expected one"
    if born and relativedelta(today, born).years > OLDEST_CHILD:
        yield "date_of_birth", "impossible-date", f"A child of the service is at most {OLDEST_CHILD} years old"
    if born and joined_on < born - UNBORN_EXPECTED_WITHIN:
        yield "joined_on", "out-of-order", "Nobody is in a case more than 300 days before the birth"
    if expected and not today - UNBORN_LATE_BY <= expected <= today + UNBORN_EXPECTED_WITHIN:
        rule = "A birth is expected within 300 days, or was at most 42 days ago"
        yield "expected_date_of_birth", "impossible-date", rule
