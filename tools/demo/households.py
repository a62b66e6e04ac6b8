"""Made-up families: people with ages that fit, and numbers whose check digits fit."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import nhs_number
from stdnum.gb import upn

from tools.demo.names import COMMUNITIES, STREET_KINDS, STREETS, Community
from tools.demo.places import BEYOND_THE_COUNTY, choose_home

OXFORDSHIRE = "931"
SCHOOL_AGE = 5
DAYS_OF_A_YEAR = 365.25
SEVERAL = (32, 34, 20, 10, 4)
"""Of a hundred families, how many have one, two … five children."""
DISABILITIES = ("AUT", "LD", "BEH", "COMM", "MOB", "HEAR", "VIS", "CON", "DDA")


@dataclass(frozen=True)
class Address:
    """Where somebody lives; `area` is none where the postcode does not give it."""

    lines: tuple[str, ...]
    postcode: str | None
    area: str | None
    town: str
    easting: int = 0
    northing: int = 0


@dataclass(frozen=True)
class Child:
    """A child, as the API takes it."""

    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    sex: str
    ethnicity: str | None
    nhs_number: str | None
    upn: str | None
    upn_unknown_reason: str | None
    disabilities: tuple[str, ...]
    additional_needs: bool
    address: Address | None


@dataclass(frozen=True)
class Adult:
    """An adult of the family, as the API takes it."""

    given_name: str
    family_name: str
    date_of_birth: date | None
    relationship: str


@dataclass(frozen=True)
class Household:
    """A family at an address."""

    address: Address
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]

    @property
    def unborn(self) -> bool:
        """Whether no child of it was born when it was referred."""
        return all(child.date_of_birth is None for child in self.children)


class Numbers:
    """Hands out NHS numbers and pupil numbers, none of them twice."""

    def __init__(self, random: Random) -> None:
        self._taken: set[str] = set()
        self._random = random

    def nhs_number(self) -> str:
        """From the range that is kept for tests: 999 and a check digit."""
        while True:
            digits = f"999{self._random.randrange(1_000_000):06}"
            check = nhs_number.calculate_checksum(digits)
            if check is not None and check < 10 and self._is_new(number := f"{digits}{check}"):
                return number

    def upn(self, born: date) -> str:
        """Local authority, school, year of entry, serial number; the check letter comes first."""
        year = (born.year + SCHOOL_AGE) % 100
        while True:
            school = self._random.randrange(2000, 4000)
            digits = f"{OXFORDSHIRE}{school}{year:02}{self._random.randrange(1000):03}"
            if self._is_new(number := upn.calc_check_digit(digits) + digits):
                return number

    def _is_new(self, number: str) -> bool:
        new = number not in self._taken
        self._taken.add(number)
        return new


def make_household(random: Random, numbers: Numbers, ages: tuple[int, int], on: date, *, away: bool) -> Household:
    """A family whose eldest child is of such an age on that day; `away`: whose home is beyond the county's border."""
    community = random.choices(COMMUNITIES, [each.weight for each in COMMUNITIES])[0]
    family_name = random.choice(community.family_names)
    ethnicity = random.choice(community.ethnicities)
    address = _make_address(random, away=away)
    if ages[0] < 0:
        expected = on + timedelta(days=random.randrange(30, 190))
        children: tuple[Child, ...] = (_unborn(random, family_name, ethnicity, expected),)
    else:
        birthdays = _birthdays(random, ages, on)
        children = tuple(_born(random, numbers, community, family_name, ethnicity, each, on) for each in birthdays)
    children = _some_elsewhere(random, _with_different_names(children))
    return Household(address, children, _make_adults(random, community, family_name, children, on))


def _make_address(random: Random, *, away: bool) -> Address:
    street = f"{random.randrange(1, 140)} {random.choice(STREETS)} {random.choice(STREET_KINDS)}"
    if away:
        town, postcode = random.choice(BEYOND_THE_COUNTY)
        return Address((street, town), postcode, None, town)
    town, place = choose_home(random)
    if random.random() < 0.02:
        return Address((f"Of no fixed address; last known in {town}",), None, None, town)
    return Address((street, town), place.postcode, place.area.value, town, place.easting, place.northing)


def _birthdays(random: Random, ages: tuple[int, int], on: date) -> list[date]:
    """Of one to five children, the eldest first; now and then twins."""
    eldest = random.randint(*ages) * DAYS_OF_A_YEAR + random.randrange(10, 350)
    days = [eldest]
    for _ in range(random.choices(range(len(SEVERAL)), SEVERAL)[0]):
        gap = 0.0 if random.random() < 0.03 else random.uniform(400, 1300)
        if (younger := days[-1] - gap) > 10:
            days.append(younger)
    return [on - timedelta(days=int(each)) for each in days]


def _unborn(random: Random, family_name: str, ethnicity: str, expected: date) -> Child:
    known = ethnicity if random.random() < 0.5 else "NOBT"
    return Child("", family_name, None, expected, "U", known, None, None, "UN1", (), False, None)


def _born(
    random: Random, numbers: Numbers, community: Community, family_name: str, ethnicity: str, born: date, on: date
) -> Child:
    sex = random.choice("FM")
    age = int((on - born).days / DAYS_OF_A_YEAR)
    known_upn = age >= SCHOOL_AGE and random.random() < 0.6
    disabilities = tuple(random.sample(DISABILITIES, random.choice((1, 1, 2)))) if random.random() < 0.13 else ()
    return Child(
        given_name=random.choice(community.girls if sex == "F" else community.boys),
        family_name=family_name,
        date_of_birth=born,
        expected_date_of_birth=None,
        sex=sex,
        ethnicity=ethnicity if random.random() < 0.9 else random.choice(("NOBT", "REFU")),
        nhs_number=numbers.nhs_number() if random.random() < 0.75 else None,
        upn=numbers.upn(born) if known_upn else None,
        upn_unknown_reason="UN1" if age < SCHOOL_AGE else None,
        disabilities=disabilities,
        additional_needs=bool(disabilities) and random.random() < 0.7,
        address=None,
    )


def _with_different_names(children: tuple[Child, ...]) -> tuple[Child, ...]:
    """No two children of a family are called the same."""
    seen: set[str] = set()
    kept = []
    for child in children:
        if child.given_name == "" or child.given_name not in seen:
            kept.append(child)
        seen.add(child.given_name)
    return tuple(kept)


def _some_elsewhere(random: Random, children: tuple[Child, ...]) -> tuple[Child, ...]:
    """Now and then the eldest of several lives with a relative, and has another name."""
    if len(children) < 2 or random.random() >= 0.06:
        return children
    eldest = children[0]
    changes = {"address": _make_address(random, away=False), "family_name": f"{eldest.family_name}-Hart"}
    return (Child(**{**eldest.__dict__, **changes}), *children[1:])


def _make_adults(
    random: Random, community: Community, family_name: str, children: tuple[Child, ...], on: date
) -> tuple[Adult, ...]:
    eldest = min((child.date_of_birth or on) for child in children)
    first = random.choices(("Mother", "Father", "Grandmother"), (86, 8, 6))[0]
    carers = [(first, community.men if first == "Father" else community.women)]
    if first == "Mother" and random.random() < 0.55:
        carers.append((random.choice(("Father", "Father", "Father", "Step-father", "Mother's partner")), community.men))
    return tuple(_adult(random, names, family_name, relationship, eldest) for relationship, names in carers)


def _adult(random: Random, names: tuple[str, ...], family_name: str, relationship: str, eldest: date) -> Adult:
    older = random.randrange(45, 58) if relationship == "Grandmother" else random.randrange(17, 38)
    born = eldest - timedelta(days=int(older * DAYS_OF_A_YEAR) + random.randrange(350))
    related = relationship in ("Mother", "Father", "Grandmother")
    name = family_name if related else random.choice(COMMUNITIES[0].family_names)
    return Adult(random.choice(names), name, born if random.random() < 0.8 else None, relationship)
