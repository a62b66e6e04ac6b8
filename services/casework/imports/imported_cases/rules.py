"""What cannot be, of a case and its children that come from an older system."""

from collections.abc import Iterator
from datetime import date

from services.casework.imports.files.rules import RowFault
from services.casework.outcomes.ageing_out.rules import Age, reaches_on
from shared.births import UNBORN_EXPECTED_WITHIN, UNBORN_LATE_BY, is_possible_expected_birth

OLDEST_CHILD = Age.PAST_TWENTY_FIVE - 1
"""0 to 19, to 25 with additional needs (R§49)."""


def child_in_case(case_reference: str, child_reference: str) -> str:
    """A key of a child of a case that no other two references give."""
    return f"{len(case_reference)} {case_reference} {child_reference}"


OLDEST_WITHOUT_NEEDS = Age.PAST_NINETEEN - 1


def birth_faults(born: date | None, expected: date | None, joined_on: date, today: date) -> Iterator[RowFault]:
    """What cannot be, of the birth of a child of an open case."""
    if (born is None) == (expected is None):
        yield "date_of_birth", "one-of-two", "Give the date of birth or, of an unborn child, the expected one"
    if born and reaches_on(born, Age.PAST_TWENTY_FIVE) <= today:
        yield "date_of_birth", "impossible-date", f"A child of the service is at most {OLDEST_CHILD} years old"
    within, late_by = UNBORN_EXPECTED_WITHIN.days, UNBORN_LATE_BY.days
    if born and joined_on < born - UNBORN_EXPECTED_WITHIN:
        yield "joined_on", "out-of-order", f"Nobody is in a case more than {within} days before the birth"
    if expected and not is_possible_expected_birth(expected, today):
        rule = f"A birth is expected within {within} days, or was at most {late_by} days ago"
        yield "expected_date_of_birth", "impossible-date", rule


def is_past_age_without_needs(born: date | None, additional_needs: bool, today: date) -> bool:
    """Whether a young person is past the age to which the service goes without additional needs."""
    return bool(born and not additional_needs and reaches_on(born, Age.PAST_NINETEEN) <= today)
