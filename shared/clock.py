"""The time now, in one place, and the county's own time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    return datetime.now(UTC)


def london_day(instant: datetime) -> date:
    """The calendar day of an instant, as the county's clocks show it."""
    return instant.astimezone(LONDON).date()


def today() -> date:
    return london_day(now())
