"""Numbers of children: what is one is taken, also of the newest authorities, and what is none is refused."""

import pytest
from pydantic import TypeAdapter, ValidationError
from stdnum.gb import upn

from shared.identifiers import NEWER_AUTHORITIES, Upn

UPN = TypeAdapter(Upn)


def _of(authority: str, rest: str = "123424001") -> str:
    return f"{upn.calc_check_digit(authority + rest)}{authority}{rest}"


@pytest.mark.parametrize("authority", [*NEWER_AUTHORITIES, "931", "825"])
def test_a_pupil_number_of_every_authority_is_taken(authority: str) -> None:
    number = _of(authority)
    assert UPN.validate_python(f" {number.lower()} ") == number
    temporary = _of(authority, "12342400A")
    assert UPN.validate_python(temporary) == temporary


@pytest.mark.parametrize("authority", [*NEWER_AUTHORITIES, "931"])
def test_a_wrong_check_letter_is_refused(authority: str) -> None:
    number = _of(authority)
    for letter in {"A", "B", "C"} - {number[0]}:
        with pytest.raises(ValidationError, match="not a unique pupil number"):
            UPN.validate_python(letter + number[1:])


@pytest.mark.parametrize("number", [_of("999"), _of("839")[:-1], _of("839", "12342400A")[:-1] + "S", "A83900000000O"])
def test_what_is_no_pupil_number_is_refused(number: str) -> None:
    with pytest.raises(ValidationError, match="not a unique pupil number"):
        UPN.validate_python(number)
