"""When a body meets."""

from datetime import date, timedelta
from typing import Literal, assert_never

from services.governance.bodies.rules import Cadence
from shared.working_days import add_working_days, is_working_day

MeetingKind = Literal["ordinary", "extraordinary"]

SCHEDULED_AHEAD = timedelta(days=366 + 31)
"""A year, and the month by which the twelfth meeting of a monthly body may be later."""
LONGEST_MOVE = timedelta(days=7)
"""A meeting moved off a holiday is held within a week: Christmas, the longest run without a working day, is shorter."""


def meeting_day(planned: date) -> date:
    """A meeting planned for a day that is no working day is held on the next one."""
    return planned if is_working_day(planned) else add_working_days(planned, 1)


def planned_days(cadence: Cadence, weekday: int, first: date, last: date) -> list[date]:
    """Each such weekday, or the first of each month, with both ends counted (Monday is 0)."""
    days_off = (weekday - first.weekday()) % 7
    days = [first + timedelta(days=count) for count in range(days_off, (last - first).days + 1, 7)]
    match cadence:
        case "weekly":
            return days
        case "monthly":
            return [day for day in days if day.day <= 7]
        case _:
            assert_never(cadence)


def ordinary_meetings(cadence: Cadence, weekday: int, today: date) -> dict[date, date]:
    """At least a year of meetings, today's included: the planned day of each, and the day on which it is held."""
    planned = planned_days(cadence, weekday, today - LONGEST_MOVE, today + SCHEDULED_AHEAD)
    return {day: meeting_day(day) for day in planned if meeting_day(day) >= today}
