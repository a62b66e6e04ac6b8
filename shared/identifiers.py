"""Numbers of children that can be checked by themselves, so that a slip of the pen is refused where it is written."""

import re
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


NEWER_AUTHORITIES = ("838", "839", "940", "941", "942", "943")
"""Dorset; Bournemouth, Christchurch and Poole (2019); North and West Northamptonshire (2021); Cumberland; Westmorland
and Furness (2023). The list of `stdnum` ends in 2011."""


def _is_of_newer_authority(value: str) -> bool:
    shaped = re.fullmatch(r"[A-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]", value)
    return bool(shaped and value[1:4] in NEWER_AUTHORITIES and upn.calc_check_digit(value[1:]) == value[0])


def _upn(value: str) -> str:
    if not any(map(str.isalnum, value)):
        rule = "A unique pupil number has a letter and twelve digits: leave it out where it is not known"
        raise PydanticCustomError("no_number", rule)
    if not upn.is_valid(value) and not _is_of_newer_authority(upn.compact(value)):
        rule = "This is not a unique pupil number: its check letter, or the code of the local authority, does not fit"
        raise PydanticCustomError("upn", rule)
    return str(upn.compact(value))


NhsNumber = Annotated[str, Field(max_length=14), AfterValidator(_nhs_number), BeforeValidator(_compact)]
Upn = Annotated[str, Field(max_length=13), AfterValidator(_upn), BeforeValidator(_compact)]
