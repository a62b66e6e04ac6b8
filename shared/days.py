"""Days and instants as callers write them: ISO 8601 text, never a number, which would pass for seconds since 1970."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

from shared import clock

EARLIEST = date(2000, 1, 1)
"""Nothing that is recorded now happened before."""


def _text(value: Any) -> Any:
    if isinstance(value, (int, float)) or (isinstance(value, str) and value.lstrip("+-").replace(".", "").isdigit()):
        raise PydanticCustomError("iso_8601", "This is written as in ISO 8601: 2026-03-30, or 2026-03-30T09:00:00Z")
    return value


def _is_past(day: date) -> date:
    _check(in_the_future=day > clock.today(), too_early=day < EARLIEST)
    return day


def _has_been(instant: datetime) -> datetime:
    _check(in_the_future=instant > clock.now(), too_early=instant < datetime.combine(EARLIEST, time(), UTC))
    return instant.astimezone(UTC)


def _check(*, in_the_future: bool, too_early: bool) -> None:
    if in_the_future:
        raise PydanticCustomError("in_the_future", "This must not be in the future")
    if too_early:
        raise PydanticCustomError("too_long_ago", f"This must not be before {EARLIEST.year}")


Day = Annotated[date, BeforeValidator(_text)]
Instant = Annotated[AwareDatetime, BeforeValidator(_text)]
PastDay = Annotated[Day, AfterValidator(_is_past)]
PastInstant = Annotated[Instant, AfterValidator(_has_been)]
