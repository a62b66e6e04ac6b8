"""Days and instants as callers write them: ISO 8601 text, never a number, which would pass for seconds since 1970."""

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError


def _text(value: Any) -> Any:
    if isinstance(value, (int, float)) or (isinstance(value, str) and value.lstrip("+-").replace(".", "").isdigit()):
        raise PydanticCustomError("iso_8601", "This is written as in ISO 8601: 2026-03-30, or 2026-03-30T09:00:00Z")
    return value


Day = Annotated[date, BeforeValidator(_text)]
Instant = Annotated[AwareDatetime, BeforeValidator(_text)]
