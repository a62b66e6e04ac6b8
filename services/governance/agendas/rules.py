"""When what the work shows is a matter for a board."""

from decimal import Decimal

MISSED_SHARE = Decimal("0.10")
"""Of one step in one area in 28 days: a larger share of missed due days is a matter for the Core Group (local)."""
MISSED_AT_LEAST = 5
"""So that a single missed day of a rare step is not one (local)."""


def are_too_many_missed(missed: int, due: int) -> bool:
    """Whether more was missed of what fell due than the limit allows."""
    return missed >= MISSED_AT_LEAST and missed > due * MISSED_SHARE
