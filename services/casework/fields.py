"""Fields that several topics take from their callers."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from shared import clock
from shared.codes import Codes
from shared.problems import InvalidBody


class Shown(BaseModel):
    """A shape that is read from a row."""

    model_config = ConfigDict(from_attributes=True)


def past_day(place: str, sent: date | None, earliest: date, rule: str, **facts: Any) -> date:
    """The day that was sent, else today; raises InvalidBody where it is in the future, or before what it follows.

    `facts` are of the problem then, such as the rule of the census.
    """
    day = sent or clock.today()
    if day > clock.today():
        raise InvalidBody(place, "in-the-future", "This is recorded on the day itself or later")
    if day < earliest:
        raise InvalidBody(place, "out-of-order", rule, **facts)
    return day


@dataclass(frozen=True)
class KeysOf:
    """`Annotated[dict[str, …], KeysOf("needs", NEEDS)]`: each key is a code of that list.

    A key that is none is not repeated in the error: what is sent may be anything.
    """

    name: str
    codes: Codes

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self._known, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "propertyNames": {"enum": list(self.codes)}}

    def __hash__(self) -> int:
        return hash(self.name)

    def _known(self, sent: Any) -> Any:
        if isinstance(sent, dict) and not sent.keys() <= self.codes.keys():
            rule = "Each key is a code of the list {name} (GET /v1/codes)"
            raise PydanticCustomError("unknown_code", rule, {"name": self.name})
        return sent


def _as_text(version: Any) -> Any:
    return str(version) if isinstance(version, int) else version


VersionName = Annotated[Literal["2012", "2015", "2022"], BeforeValidator(_as_text)]
"""Of the criteria of Thriving Families, by the year in which it came into force."""
