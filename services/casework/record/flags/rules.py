"""Until when a warning flag may stand before somebody looks at it again."""

from datetime import date

from dateutil.relativedelta import relativedelta

REVIEWED_WITHIN_MONTHS = 12
"""A flag that nobody looks at any more warns of what is past, and marks a family for nothing (local)."""


def latest_review(today: date) -> date:
    """The last day that may be set for a review; a year after 29 February is 28 February."""
    return today + relativedelta(months=REVIEWED_WITHIN_MONTHS)


def may_be_reviewed_on(day: date, today: date) -> bool:
    return today < day <= latest_review(today)
