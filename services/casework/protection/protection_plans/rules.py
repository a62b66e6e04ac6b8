"""When a protection plan may begin and end, and how long it has been in force."""

from datetime import date
from typing import Literal

Category = Literal["NEG", "PHY", "SAB", "EMO"]

EndReason = Literal["review_conference", "transfer_in_conference", "moved_out", "died", "turned_18"]
"""By a conference; or the child is another authority's, has died, or is an adult: then no conference is held."""


def days_on_plan(started_on: date, until: date) -> int:
    """0 on the day on which the plan began."""
    return (until - started_on).days
