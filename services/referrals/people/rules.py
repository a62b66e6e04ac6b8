"""When two records may be of one child: the keys by which the index finds them, and the weighing of what agrees.

The weighing is that of Fellegi and Sunter (1969) with three hypotheses in place of two: the same child, a sibling, a
stranger. A sibling shares name and address, so that without the third every twin would look like the same child.
For each field `CHANCES` holds how often each degree of agreement is seen under each. None of these numbers was fitted
to a file of records; they follow from these facts, rounded:

- same child, names: 20 to 25 in 100 true matches differ in some letter of the name (Winkler, Overview of Record
  Linkage, 2006, on census records); 80 in 100 typing errors are one letter more, fewer, other or exchanged (Damerau
  1964), and names are also written by ear. Names in each other's place: 1 in 50 records, an estimate.
- same child, birthday: 1 in 10 records with an error; half of them one keystroke or day and month exchanged.
- same child, address: 1 in 10 people moves in a year (2011 census), and referrals lie some years apart: 1 in 3 moved.
- strangers, names: two random people share a family name about once in 1,000 (isonymy in England), children a given
  name about once in 250 (the first name of the ONS lists is 1 in 100); as many again and more are nearly the same.
- strangers, birthday: 366 days by 26 years of age that the service knows. Address: some 80,000 households with
  children in the county; most postcodes are shared by 15 households.
- strangers, numbers: ten digits with a check digit; what is left are numbers written on the wrong record.
- siblings: twins are 1.5 in 100 births (ONS); 8 in 10 share the address, 85 in 100 the family name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product

import jellyfish
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler

from shared.auth import Actor, Role
from shared.names import name_key

KEYS_VERSION = 2
"""Raised when `keys_of` changes: the background process then makes the keys of every child anew."""

CHILDREN_OF_THE_COUNTY = 150_000
"""The prior: before anything is compared, a record is one of so many strangers, one sibling, or (every other time) the
child itself."""
PRIORS = (0.5, 1.0, float(CHILDREN_OF_THE_COUNTY))

WORTH_A_LOOK = 0.2
"""From this score on a candidate is put before a person: a known child who is overlooked is held to be four times as
bad as a look for nothing, and the cut that costs least is then 1 in 5. Nothing is ever merged by its score."""

STRONG = 0.9
"""From this score on a match is strong, one child in nine cases of ten or more: name and date of birth agree but for a
slip, wherever the child lives, or a number does. A twin of another name (0.56) and a namesake stay below it. A person
answers such a match before the referral is decided, or writes down why not."""

ALIKE = 0.9
"""Jaro–Winkler similarity from which two names count as nearly the same (Winkler's own cut for names)."""
LINES_ALIKE = 0.8
"""Share of letters in common, words in any order, from which two addresses count as one."""

Chances = tuple[float, float, float]
"""How often a degree of agreement is seen: on records of the same child, of siblings, of strangers."""

CHANCES: dict[str, dict[str, Chances]] = {
    "family_name": {
        "the same": (0.78, 0.85, 0.001),
        "with a typing error": (0.12, 0.02, 0.001),
        "sounds alike": (0.03, 0.005, 0.001),
        "spelt alike": (0.02, 0.005, 0.004),
        "different": (0.05, 0.12, 0.993),
    },
    "given_name": {
        "the same": (0.75, 0.001, 0.004),
        "with a typing error": (0.13, 0.002, 0.002),
        "sounds alike": (0.03, 0.004, 0.002),
        "spelt alike": (0.03, 0.02, 0.01),
        "different": (0.06, 0.973, 0.982),
    },
    "date_of_birth": {
        "the same": (0.9, 0.015, 1 / 9_500),
        "day and month exchanged": (0.02, 0.0005, 1 / 25_000),
        "with a typing error": (0.04, 0.005, 20 / 9_500),
        "same day and month, another year": (0.01, 0.003, 1 / 400),
        "same year and month, or year and day": (0.01, 0.01, 1 / 220),
        "different": (0.02, 0.9665, 0.99),
    },
    "birth_year": {"the same": (0.97, 0.05, 1 / 26), "different": (0.03, 0.95, 25 / 26)},
    "address": {
        "the same": (0.6, 0.8, 1 / 50_000),
        "same postcode": (0.05, 0.02, 1 / 5_000),
        "lines alike": (0.03, 0.02, 1 / 5_000),
        "postcode with a typing error": (0.02, 0.005, 1 / 1_000),
        "different": (0.3, 0.155, 1.0),
    },
    "nhs_number": {"the same": (0.98, 0.001, 1e-7), "different": (0.02, 0.999, 1.0)},
    "upn": {"the same": (0.98, 0.001, 1e-7), "different": (0.02, 0.999, 1.0)},
}
NAMES_EXCHANGED: Chances = (0.02, 0.02, 1.0)
"""Given and family name in each other's place: of strangers nothing more is asked than that the names agree so."""

FIELD_IN_WORDS = {"nhs_number": "NHS number", "upn": "unique pupil number", "birth_year": "year of birth"}


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a child, or asked for: any part may be missing."""

    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    birth_year: int | None = None
    nhs_number: str | None = None
    upn: str | None = None
    lines: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class Likeness:
    """How likely two records are of one child, and why."""

    score: float
    reasons: list[str]


@lru_cache(maxsize=65_536)
def plain(name: str) -> str:
    """`O'Brien-Núñez (Jr.)` as `obrien nunez jr`: the key of a name, with a space for every sign."""
    return " ".join("".join(c if _is_of_a_word(c) else " " for c in name_key(name)).split())


def _is_of_a_word(c: str) -> bool:
    return c.isalnum() or unicodedata.category(c).startswith("M")


@lru_cache(maxsize=65_536)
def sound(name: str) -> str:
    """How a name sounds (Metaphone); a name in which nothing sounds, or in another script, stands for itself."""
    return (name.isascii() and jellyfish.metaphone(name).replace(" ", "")) or name


def compact_postcode(postcode: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", postcode.upper())[:8]


def _parts(name: str) -> set[str]:
    """A double name is also found by each of its parts."""
    spelt = plain(name)
    return {part for part in (spelt.replace(" ", ""), *spelt.split()) if len(part) > 1} or ({spelt} - {""})


def keys_of(known: Description) -> set[str]:
    """The keys under which a child stands in the index; none shows which name is which, so that exchanged ones meet."""
    return {key[:64] for key in _keys(known, [known.date_of_birth] if known.date_of_birth else [])}


def keys_to_ask(asked: Description) -> set[str]:
    """The keys that find what is asked for, also where day and month were exchanged."""
    dates = [day for day in (asked.date_of_birth, _exchanged(asked.date_of_birth)) if day]
    return {key[:64] for key in _keys(asked, dates)}


def _keys(known: Description, dates: list[date]) -> Iterator[str]:
    given, family = _parts(known.given_name), _parts(known.family_name)
    years = {day.year for day in dates} | ({known.birth_year} - {None})
    for name in given | family:
        yield f"n:{sound(name)}"
        yield from (f"y:{sound(name)}:{year}" for year in years)
        yield from (f"m:{sound(name)}:{day:%m%d}" for day in dates)
    for one, other in product(given, family):
        yield "p:" + ":".join(sorted((sound(one), sound(other))))
        yield f"i:{sound(one)}:{other[0]}"
        yield f"i:{sound(other)}:{one[0]}"
    yield from (f"d:{day:%Y%m%d}" for day in dates)
    yield from _address_keys(known)
    yield from (f"nhs:{known.nhs_number}" for _ in filter(None, [known.nhs_number]))
    yield from (f"upn:{known.upn}" for _ in filter(None, [known.upn]))


def _address_keys(known: Description) -> Iterator[str]:
    if postcode := compact_postcode(known.postcode):
        yield f"z:{postcode}"
    # "Flat 2, 12 Ock Street": each number with the word that follows it.
    for number, street in re.findall(r"\b(\d+[a-z]?) ([a-z]{2,})", plain(known.lines))[:3]:
        yield f"a:{number}:{sound(street)}"


def _exchanged(day: date | None) -> date | None:
    """The date with day and month exchanged, where there is such a date and it is another."""
    if day is None or day.day > 12 or day.day == day.month:
        return None
    return day.replace(month=day.day, day=day.month)


def likeness(asked: Description, known: Description) -> Likeness:
    """Weigh every field that both have."""
    agreements = [*_names(asked, known), *_other_fields(asked, known)]
    same, sibling, stranger = PRIORS
    for _, chances in agreements:
        same, sibling, stranger = same * chances[0], sibling * chances[1], stranger * chances[2]
    return Likeness(same / (same + sibling + stranger), [words for words, _ in agreements])


Agreement = tuple[str, Chances]


def _names(asked: Description, known: Description) -> list[Agreement]:
    given, family = (plain(asked.given_name), plain(asked.family_name))
    straight = _pair(given, family, plain(known.given_name), plain(known.family_name))
    crossed = _pair(given, family, plain(known.family_name), plain(known.given_name))
    crossed.append(("given and family name exchanged", NAMES_EXCHANGED))
    return crossed if _weight(crossed) > _weight(straight) else straight


def _pair(given: str, family: str, known_given: str, known_family: str) -> list[Agreement]:
    compared = (("given_name", given, known_given), ("family_name", family, known_family))
    return [_agreement(field, name_degree(one, other)) for field, one, other in compared if one and other]


def _weight(agreements: Iterable[Agreement]) -> float:
    weight = 1.0
    for _, (same, _, stranger) in agreements:
        weight *= same / stranger
    return weight


def _other_fields(asked: Description, known: Description) -> Iterator[Agreement]:
    if asked.date_of_birth and known.date_of_birth:
        yield _agreement("date_of_birth", date_degree(asked.date_of_birth, known.date_of_birth))
    elif asked.birth_year and known.date_of_birth:
        same_year = asked.birth_year == known.date_of_birth.year
        yield _agreement("birth_year", "the same" if same_year else "different")
    if degree := address_degree(asked, known):
        yield _agreement("address", degree)
    for field, one, other in (
        ("nhs_number", asked.nhs_number, known.nhs_number),
        ("upn", asked.upn, known.upn),
    ):
        if one and other:
            yield _agreement(field, "the same" if one == other else "different")


def _agreement(field: str, degree: str) -> Agreement:
    return f"{FIELD_IN_WORDS.get(field, field.replace('_', ' '))}: {degree}", CHANCES[field][degree]


def name_degree(one: str, other: str) -> str:
    """How nearly two plain names are the same; a part of a double name counts as a typing error of it."""
    if one == other:
        return "the same"
    if _one_error(one, other) or set(one.split()) & set(other.split()):
        return "with a typing error"
    if sound(one) == sound(other):
        return "sounds alike"
    return "spelt alike" if JaroWinkler.similarity(one, other) >= ALIKE else "different"


def _one_error(one: str, other: str) -> bool:
    """One letter more, fewer, other or two exchanged; in a name of three letters that would be another name."""
    return min(len(one), len(other)) > 3 and OSA.distance(one, other, score_cutoff=1) <= 1


def date_degree(one: date, other: date) -> str:
    if one == other:
        return "the same"
    if _exchanged(one) == other:
        return "day and month exchanged"
    if OSA.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}", score_cutoff=1) <= 1:
        return "with a typing error"
    if (one.month, one.day) == (other.month, other.day):
        return "same day and month, another year"
    if one.year == other.year and (one.month == other.month or one.day == other.day):
        return "same year and month, or year and day"
    return "different"


def address_degree(asked: Description, known: Description) -> str | None:
    """Of the lines and the postcode, those that both have; none where they have neither in common."""
    postcodes = (compact_postcode(asked.postcode), compact_postcode(known.postcode))
    lines = (plain(asked.lines), plain(known.lines))
    if not (all(postcodes) or all(lines)):
        return None
    alike = all(lines) and _lines_alike(*lines)
    same = all(postcodes) and postcodes[0] == postcodes[1]
    # OX1 and OX14 are two towns: only one character for another, or two exchanged, is a slip.
    slip = len(postcodes[0]) == len(postcodes[1]) > 0 and OSA.distance(*postcodes, score_cutoff=1) <= 1
    if alike and (same or slip):
        return "the same"
    if same or alike:
        return "same postcode" if same else "lines alike"
    return "postcode with a typing error" if slip else "different"


def _lines_alike(one: str, other: str) -> bool:
    """In any order of words; also where one leaves out a part, such as the town, of three words or more."""
    if fuzz.token_sort_ratio(one, other) >= LINES_ALIKE * 100:
        return True
    shorter = min(len(set(one.split())), len(set(other.split())))
    return shorter > 2 and fuzz.token_set_ratio(one, other) >= ALIKE * 100


def may_see_family(actor: Actor, *named: frozenset[str]) -> bool:
    """Whether the restrictions let an actor through: they beat every role but service. `named` has for each service
    whom it names, nobody where it does not restrict.

    `not_restricted_for` of `people/queries.py` is the same in SQL; `tests/services/referrals/test_visibility.py` holds
    the two together.
    """
    return actor.has(Role.SERVICE) or all(not each or actor.subject in each for each in named)


def names_had(former: Sequence[Sequence[str]], given_name: str, family_name: str) -> list[list[str]]:
    """The names that a child had before, this one among them, each once."""
    return [*(list(each) for each in former if list(each) != [given_name, family_name]), [given_name, family_name]]


def birth_dates_had(former: Sequence[str], born: date | None) -> list[str]:
    """The same of dates of birth, as JSON has them; a child who was not born yet had none."""
    had = {born.isoformat()} if born else set()
    return [*(day for day in former if day not in had), *had]
