"""Fields that several topics take from their callers."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared import clock
from shared.days import Day, Instant

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def _not_in_the_future(instant: datetime) -> datetime:
    if instant > clock.now():
        raise PydanticCustomError("in_the_future", "This must not be in the future")
    if instant < EARLIEST:
        raise PydanticCustomError("too_long_ago", "This must not be before 2000")
    return instant.astimezone(UTC)


def _birth_date(day: date | None) -> date | None:
    if day and day > clock.today():
        raise PydanticCustomError("in_the_future", "A date of birth must not be in the future")
    return day


Name = Annotated[str, Field(min_length=1, max_length=100)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Narrative = Annotated[str, Field(max_length=50_000)]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Phone = Annotated[str, Field(max_length=30, pattern=r"^[0-9+() .-]+$")]
PastInstant = Annotated[Instant, AfterValidator(_not_in_the_future)]
BirthDate = Annotated[Day | None, AfterValidator(_birth_date)]
