"""When something that has a due day is due, met or overdue."""

from datetime import date, timedelta
from typing import Literal

Status = Literal["due", "overdue", "met", "met_late"]


def status_of(due_on: date, met_on: date | None, today: date) -> Status:
    """The due day itself is in time, to its last minute in London."""
    if met_on is not None:
        return "met_late" if is_late(due_on, met_on) else "met"
    return "overdue" if is_late(due_on, today) else "due"


def is_late(due_on: date, day: date) -> bool:
    return day > due_on


def falls_due_by(today: date, within_days: int) -> date:
    """The last day of the next N days; 0 is today."""
    return today + timedelta(days=within_days)
