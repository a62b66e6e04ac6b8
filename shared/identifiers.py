"""Numbers of children that can be checked by themselves, so that a slip of the pen is refused where it is written."""

from typing import Annotated

import nhs_number
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError
from stdnum.gb import upn

from shared.names import compact


def _compact(value: object) -> object:
    return compact(value) if isinstance(value, str) else value


def _nhs_number(digits: str) -> str:
    if not any(map(str.isalnum, digits)):
        raise PydanticCustomError("no_number", "An NHS number has ten digits: leave it out where it is not known")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 10 and nhs_number.is_valid(digits)):
        raise PydanticCustomError("nhs_number", "This is not an NHS number: its check digit (modulus 11) does not fit")
    return digits


def _upn(value: str) -> str:
    if not any(map(str.isalnum, value)):
        rule = "A unique pupil number has a letter and twelve digits: leave it out where it is not known"
        raise PydanticCustomError("no_number", rule)
    if not upn.is_valid(value):
        raise PydanticCustomError("upn", "This is not a unique pupil number: its check letter does not fit")
    return str(upn.compact(value))


NhsNumber = Annotated[str, Field(max_length=14), AfterValidator(_nhs_number), BeforeValidator(_compact)]
Upn = Annotated[str, Field(max_length=13), AfterValidator(_upn), BeforeValidator(_compact)]
