"""The rules of No Names Consultations: who may see them, and nothing in them that identifies a child.

The latter is a guard against slips, not a proof: a first name alone, or a name in small letters, is not found, and some
text that names nobody is refused and can be worded otherwise.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import nhs_number
from stdnum.gb import upn

from services.referrals.ordinary_words import (
    AMBIGUOUS_WORDS,
    INSTITUTIONS,
    ORDINARY_WORDS,
    PHRASES,
    POSTCODE_AREAS,
)
from shared.auth import Actor, Role
from shared.names import plain_marks

Kind = Literal["date", "nhs-number", "upn", "postcode", "address", "telephone", "email", "name"]

RULES: dict[Kind, str] = {
    "date": "Leave out full dates: an age, or a month and a year, is enough",
    "nhs-number": "Leave out NHS numbers",
    "upn": "Leave out unique pupil numbers",
    "postcode": "Leave out postcodes",
    "address": "Leave out addresses",
    "telephone": "Leave out telephone numbers",
    "email": "Leave out e-mail addresses",
    "name": "Leave out names: write the child, the mother, a brother, the teacher",
}
"""What to do about each kind, in words that repeat nothing of what was sent."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(r"(?<![\d/.-])(\d{1,4})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{2,4})(?![\d/-])")
_BORN = re.compile(
    rf"\b(?:born|birthday|date of birth|d\.?o\.?b)\b\W*(?:\w+\W+){{0,2}}?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)?\s+{_MONTH}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?\b)",
    re.IGNORECASE,
)
_TEN_DIGITS = re.compile(r"(?<!\d)(?<!\d[ -])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_UPN = re.compile(r"\b[a-z]\d{11}[a-z0-9]\b", re.IGNORECASE)
_POSTCODE = re.compile(r"\b([a-z]{1,2})\d[a-z\d]?\s?\d([abd-hjlnp-uw-z]{2})\b", re.IGNORECASE)
_ORDINALS = ("st", "nd", "rd", "th")
_TELEPHONE = re.compile(r"(?<![\d+])(?:\+44\s?(?:\(0\)\s?)?|\(?0)\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\.[a-z]{2,}", re.IGNORECASE)
_STREET = "street|road|lane|avenue|close|drive|crescent|court|gardens|terrace|square|way|place|mews|row|rd|st|ave"
_ADDRESS = re.compile(rf"\b\d{{1,4}}[a-z]?,?\s+(?:(?-i:[A-Z])[\w'’-]+\s+){{1,3}}(?:{_STREET})\b", re.IGNORECASE)
_CALLED = re.compile(r"\b(?:called|named|name is|name's|names are)\s+(?-i:([A-Z][^\W\d_]+))", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def may_see_consultation(actor: Actor, asked_by: str) -> bool:
    """The MASH sees all, a professional the own ones.

    `visible_to` of `consultations/queries.py` is the same in SQL; `tests/services/referrals/test_visibility.py` holds
    the two together.
    """
    return actor.has(Role.MASH_PRACTITIONER, Role.MASH_MANAGER) or asked_by == actor.subject


def identifying_in(text: str, organisation: str) -> list[Kind]:
    """What in a text may identify the child, each kind once; the asker's own organisation may be named."""
    own = re.escape(_as_typed_on_one_keyboard(organisation))
    plain = re.sub(rf"(?<!\w){own}(?!\w)", "here", _as_typed_on_one_keyboard(text), flags=re.IGNORECASE)
    found = {*numbers_in(plain)}
    if _has_name(plain):
        found.add("name")
    return [kind for kind in RULES if kind in found]


def _as_typed_on_one_keyboard(text: str) -> str:
    """A character without width, or a letter in two parts, hides no name and no number."""
    return unicodedata.normalize("NFC", plain_marks(text))


def numbers_in(text: str) -> list[Kind]:
    """The same without names: for fields such as a job's title, where every word has a capital letter."""
    text = _as_typed_on_one_keyboard(text)
    found: dict[Kind, bool] = {
        "date": bool(_BORN.search(text)) or any(_is_date(*each.group(1, 3, 4)) for each in _DATE.finditer(text)),
        "nhs-number": any(_is_nhs_number(each.group()) for each in _TEN_DIGITS.finditer(text)),
        "upn": any(upn.is_valid(each.group()) for each in _UPN.finditer(text)),
        "postcode": any(_is_postcode(each) for each in _POSTCODE.finditer(text)),
        "address": bool(_ADDRESS.search(text)),
        "telephone": bool(_TELEPHONE.search(text)),
        "email": bool(_EMAIL.search(text)),
    }
    return [kind for kind, is_there in found.items() if is_there]


def _is_date(first: str, second: str, third: str) -> bool:
    """Day, month and year in any order; `1/2/3` and `12.5.1` are none."""
    year, others = (first, (second, third)) if len(first) == 4 else (third, (first, second))
    if len(year) not in (2, 4) or any(len(each) > 2 for each in others):
        return False
    low, high = sorted(int(each) for each in others)
    return 1 <= low <= 12 and high <= 31


def _is_nhs_number(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return bool(nhs_number.is_valid(digits))


def _is_postcode(found: re.Match[str]) -> bool:
    """`OX14 1AB` is one; `KS2 3rd year` and `at y5 1st` are none."""
    return found.group(1).upper() in POSTCODE_AREAS and found.group(2) not in _ORDINALS


@dataclass(frozen=True)
class _Word:
    text: str

    @property
    def is_capitalised(self) -> bool:
        return self.text[:1].isupper()

    @property
    def is_initial(self) -> bool:
        """The `J` of `J. Smith`; `Child A` and `I` are none."""
        return len(self.text) == 1 and self.text not in "AI"

    @property
    def may_be_a_name(self) -> bool:
        """Neither ordinary nor an abbreviation such as `EHCP`; a longer word in capitals may be a family name."""
        abbreviation = self.text.isupper() and len(self.text) <= 4
        if not self.is_capitalised or len(self.text) == 1 or abbreviation:
            return False
        plain = re.sub(r"['’]s$", "", self.text.lower())
        return not {self.text.lower(), plain} & (ORDINARY_WORDS | AMBIGUOUS_WORDS)

    @property
    def may_be_a_family_name(self) -> bool:
        return self.may_be_a_name or self.text.lower() in AMBIGUOUS_WORDS


_END = _Word("")


def _has_name(text: str) -> bool:
    text = PHRASES.sub("it", text)
    called = (_Word(each.group(1)) for each in _CALLED.finditer(text))
    return any(word.may_be_a_name for word in called) or any(_is_name(run) for run in _runs(text))


def _runs(text: str) -> Iterator[list[_Word]]:
    """Words with a capital letter one after another on one line, such as `Social Worker` or a name."""
    run: list[_Word] = []
    end = 0
    for found in _WORD.finditer(text):
        word = _Word(found.group())
        between = text[end : found.start()]
        end = found.end()
        follows = between.strip(" \t") == "" or (between == ". " and run and run[-1].is_initial)
        if not (follows and word.is_capitalised):
            yield run
            run = []
        if word.is_capitalised:
            run.append(word)
    yield run


def _is_name(run: list[_Word]) -> bool:
    """Two words in a row that are neither ordinary nor part of an institution's name."""
    unknown = 0
    for word in [*run, _END]:
        if word.is_initial:
            unknown = unknown or 1  # of `J. Smith`, and within `Jamie T. Smith`; not of `Plan B`
            continue
        if word.may_be_a_family_name if unknown else word.may_be_a_name:
            unknown += 1
            continue
        if unknown > 1 and word.text.lower() not in INSTITUTIONS:  # `Larkmead Manor School` is one
            return True
        unknown = 0
    return False
