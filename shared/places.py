"""Oxfordshire's postcodes: district, area and position of each (ONS Postcode Directory, see `data/README.md`)."""

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import hypot
from pathlib import Path

from shared.names import plain_marks

_LOOKS_RIGHT = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
_POSTCODES = Path(__file__).parent / "data" / "oxfordshire_postcodes.csv"


class Area(StrEnum):
    """The three areas of the Family Support Service (cabinet report of 2015, paragraphs 42 and 53)."""

    NORTH = "north"
    CENTRAL = "central"
    SOUTH = "south"


AREA_OF_DISTRICT = {
    "E07000177": Area.NORTH,  # Cherwell
    "E07000181": Area.NORTH,  # West Oxfordshire
    "E07000178": Area.CENTRAL,  # Oxford City
    "E07000179": Area.SOUTH,  # South Oxfordshire
    "E07000180": Area.SOUTH,  # Vale of White Horse
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a postcode lies; easting and northing in metres on the British National Grid."""

    postcode: str
    district: str
    easting: int
    northing: int

    @property
    def area(self) -> Area:
        return AREA_OF_DISTRICT[self.district]

    def metres_to(self, easting: int, northing: int) -> float:
        return hypot(self.easting - easting, self.northing - northing)


def _compact(postcode: str) -> str:
    return re.sub(r"\s", "", plain_marks(postcode)).upper()


def tidy_postcode(postcode: str) -> str:
    """`ox11ab` as it is written on an envelope: `OX1 1AB`; what looks like no postcode stays as it is."""
    parts = _compact(postcode)
    return f"{parts[:-3]} {parts[-3:]}" if _LOOKS_RIGHT.fullmatch(parts) else plain_marks(postcode).strip()


@cache
def _places() -> dict[str, Place]:
    with _POSTCODES.open(newline="", encoding="utf-8") as rows:
        next(lines := csv.reader(rows))  # the headings
        return {
            _compact(postcode): Place(postcode, district, int(easting), int(northing))
            for postcode, district, easting, northing in lines
        }


def find_place(postcode: str) -> Place | None:
    """The place of a postcode, however it is spaced; None outside the county."""
    return _places().get(_compact(postcode))


def all_places() -> tuple[Place, ...]:
    return tuple(_places().values())
