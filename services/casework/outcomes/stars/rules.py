"""How far a person has moved on an outcome star: everyone is to see the progress that is made (R§36)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Reading:
    """Where a person stood in a domain on a day."""

    person: str
    domain: str
    read_on: date
    value: int
    recorded_at: datetime


@dataclass(frozen=True)
class Movement:
    """How far a person has moved in a domain since the first reading, in steps of the star."""

    person: str
    domain: str
    first: Reading
    latest: Reading
    readings: int

    @property
    def change(self) -> int:
        return self.latest.value - self.first.value


def movements_of(readings: Iterable[Reading]) -> list[Movement]:
    """For each person and domain, in whatever order the readings were written down; of two for one day the later
    recorded one holds."""
    by_day: dict[tuple[str, str], dict[date, Reading]] = {}
    for reading in sorted(readings, key=lambda each: each.recorded_at):
        by_day.setdefault((reading.person, reading.domain), {})[reading.read_on] = reading
    return [
        Movement(person, domain, first=days[min(days)], latest=days[max(days)], readings=len(days))
        for (person, domain), days in sorted(by_day.items())
    ]
