"""Fields that several topics of this service take from their callers; text of every service is in `shared.fields`."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from services.referrals import codes
from shared import clock
from shared.codes import CodeOf
from shared.days import Day
from shared.fields import named
from shared.names import is_blank


def _birth_date(day: date | None) -> date | None:
    if day and day > clock.today():
        raise PydanticCustomError("in_the_future", "A date of birth must not be in the future")
    return day


def _each_once(disabilities: list[str]) -> list[str]:
    if len(set(disabilities)) < len(disabilities):
        raise PydanticCustomError("twice", "Each disability is named once", {"facts": {"census_rule": "8794"}})
    if "NONE" in disabilities and len(disabilities) > 1:
        rule = "NONE, no disability, stands alone: leave it out, or the others"
        raise PydanticCustomError("stands_alone", rule, {"facts": {"census_rule": "8790"}})
    return disabilities


def _named_if_at_all(sent: object) -> object:
    return sent if isinstance(sent, str) and is_blank(sent) else named(sent)


UNBORN_SEX = "The sex of a child who is not born yet is U"
GivenName = Annotated[str, Field(max_length=100), BeforeValidator(_named_if_at_all)]
"""May be empty: a child who is not born yet has none."""
JobTitle = Annotated[str, Field(max_length=100)]
Narrative = Annotated[str, Field(max_length=50_000)]
"""As long as `shared.fields.Text`, and may be empty: a referral may state its concern by codes alone."""
BirthDate = Annotated[Day | None, AfterValidator(_birth_date)]
Disabilities = Annotated[
    list[Annotated[str, Field(max_length=4), CodeOf("disabilities", codes.DISABILITIES)]],
    Field(max_length=len(codes.DISABILITIES)),
    AfterValidator(_each_once),
]
"""Each code once (census 8794); NONE, no disability, stands alone (8790)."""
