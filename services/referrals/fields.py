"""Fields that several topics of this service take from their callers; text of every service is in `shared.fields`."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from shared import clock
from shared.days import Day
from shared.fields import named
from shared.names import is_blank


def _birth_date(day: date | None) -> date | None:
    if day and day > clock.today():
        raise PydanticCustomError("in_the_future", "A date of birth must not be in the future")
    return day


def _named_if_at_all(sent: object) -> object:
    return sent if isinstance(sent, str) and is_blank(sent) else named(sent)


GivenName = Annotated[str, Field(max_length=100), BeforeValidator(_named_if_at_all)]
"""May be empty: a child who is not born yet has none."""
JobTitle = Annotated[str, Field(max_length=100)]
Narrative = Annotated[str, Field(max_length=50_000)]
"""As long as `shared.fields.Text`, and may be empty: a referral may state its concern by codes alone."""
BirthDate = Annotated[Day | None, AfterValidator(_birth_date)]
