"""The rules of the timetable: who may schedule what, when it recurs, and what clashes with what."""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

from dateutil.rrule import rrulestr

from shared.auth import Actor, Role
from shared.clock import LONDON, london_day
from shared.names import name_key, plain_marks

Audience = Literal["targeted", "partner", "open"]

COUNCIL = "council"
OPTIONS_WITH_OPEN_COUNCIL_SESSIONS = frozenset({2})
"""Option 1 provides no universal services, option 2 limited ones, option 3 gives grants to others who do (R§63-68)."""

SESSIONS_MADE_FOR = timedelta(weeks=26)
"""How far ahead sessions are put into the timetable: at first from the first one, later from today (local)."""
MOST_SESSIONS = 200
PLANNED_AHEAD_AT_MOST = timedelta(days=3 * 366)
TIMETABLE_DAYS_SHOWN = 28
TIMETABLE_DAYS_AT_MOST = 92

LONGEST_WORKER_KEY = 180

_PERSONAL = re.compile(r"@|(\d[ -]?){9}")
"""An e-mail address, or a row of digits as long as a telephone, NHS or pupil number."""

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_DAY = r"[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)"
_NUMBER = r"[+-]?\d{1,3}"
_PARTS = {
    "FREQ": "|".join(_FREQUENCIES),
    "INTERVAL": r"[1-9]\d{0,2}",
    "COUNT": r"[1-9]\d{0,2}",
    "UNTIL": r"\d{8}(T\d{6}Z?)?",
    "WKST": "MO|TU|WE|TH|FR|SA|SU",
    "BYDAY": f"{_DAY}(,{_DAY})*",
    **dict.fromkeys(
        ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYHOUR", "BYMINUTE"),
        f"{_NUMBER}(,{_NUMBER})*",
    ),
}
"""The parts of an RFC 5545 recurrence rule that a session of whole minutes can have."""


class RecurrenceRefused(Exception):
    """The rule cannot be followed; the text is the reason, for the caller, and quotes nothing."""


@dataclass(frozen=True, order=True)
class Slot:
    """A stretch of time; the end is not part of it."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Slot") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Clash:
    wanted: Slot
    taken: Slot


def first_clash(wanted: Iterable[Slot], taken: Iterable[Slot]) -> Clash | None:
    """The earliest wanted slot that overlaps a taken one; in order of time, so that a year of sessions is quick."""
    last_wanted: Slot | None = None
    last_taken: Slot | None = None
    for slot, is_wanted in sorted([(slot, True) for slot in wanted] + [(slot, False) for slot in taken]):
        if is_wanted:
            if last_taken and slot.overlaps(last_taken):
                return Clash(slot, last_taken)
            last_wanted = _later_to_end(last_wanted, slot)
        else:
            if last_wanted and slot.overlaps(last_wanted):
                return Clash(last_wanted, slot)
            last_taken = _later_to_end(last_taken, slot)
    return None


def _later_to_end(known: Slot | None, slot: Slot) -> Slot:
    return slot if known is None or slot.ends_at > known.ends_at else known


def slots_of(starts_at: datetime, minutes: int, recurrence: str | None) -> list[Slot]:
    """The sessions of an activity, which keep their wall-clock time in London across clock changes, in UTC."""
    slots = as_slots(wall_clock_starts(starts_at, recurrence), minutes)
    if any(earlier.overlaps(later) for earlier, later in pairwise(slots)):
        raise RecurrenceRefused("By this rule a session begins before the one before it is over")
    return slots


def as_slots(starts: Iterable[datetime], minutes: int) -> list[Slot]:
    """Wall-clock starts as stretches of time in UTC, in order."""
    instants = sorted({as_instant(start) for start in starts})
    return [Slot(instant, instant + timedelta(minutes=minutes)) for instant in instants]


def as_instant(wall_clock: datetime) -> datetime:
    """London's wall clock in UTC, as RFC 5545 has it: the first of two; where the clock jumps, as if it had not."""
    return wall_clock.replace(tzinfo=LONDON, fold=0).astimezone(UTC)


@dataclass(frozen=True)
class Series:
    """When sessions start, as London's clocks show it."""

    starts: list[datetime]
    made_until: datetime | None
    """To where the rule was followed; None where it names no start after that."""


def wall_clock_starts(starts_at: datetime, recurrence: str | None) -> list[datetime]:
    """When sessions start, for `SESSIONS_MADE_FOR` and at most `MOST_SESSIONS` of them; raises RecurrenceRefused."""
    return first_series(starts_at, recurrence).starts


def first_series(starts_at: datetime, recurrence: str | None) -> Series:
    """The sessions of `SESSIONS_MADE_FOR` from the first one on; raises RecurrenceRefused where there are none."""
    if recurrence is None:
        return Series([starts_at], None)
    parts = _parts_of(recurrence)
    until = _end_of(parts.pop("UNTIL")) if "UNTIL" in parts else None
    twin = starts_at.replace(year=_late_twin(starts_at.year))
    try:
        found = (start - (twin - starts_at) for start in _rule(parts, twin))
        series = _followed(found, until, None, starts_at + SESSIONS_MADE_FOR)
    except (ValueError, OverflowError) as error:
        raise RecurrenceRefused("This is not a recurrence rule of RFC 5545 that can be followed") from error
    if not series.starts:
        raise RecurrenceRefused(f"By this rule there is no session within {SESSIONS_MADE_FOR.days // 7} weeks")
    return series


def series_after(starts_at: datetime, recurrence: str, after: datetime, last: datetime) -> Series:
    """The sessions of a series that goes on, after one wall-clock time and to another; the rule was followed before."""
    parts = _parts_of(recurrence)
    until = _end_of(parts.pop("UNTIL")) if "UNTIL" in parts else None
    return _followed(_rule(parts, starts_at), until, after, last)


def _rule(parts: Mapping[str, str], first: datetime) -> Iterable[datetime]:
    found: Iterable[datetime] = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=first)
    return found


def _followed(found: Iterable[datetime], until: datetime | None, after: datetime | None, last: datetime) -> Series:
    starts = list[datetime]()
    for start in found:
        if until and start > until:
            break
        if start > last:
            return Series(starts, last)
        if after and start <= after:
            continue
        starts.append(start)
        if len(starts) == MOST_SESSIONS:
            return Series(starts, start)
    return Series(starts, None)


def kept_ahead_until(now: datetime) -> datetime:
    """To where on London's wall clock the sessions of a series that goes on are made: the end of that day."""
    return datetime.combine(london_day(now) + SESSIONS_MADE_FOR, time(23, 59))


def _parts_of(recurrence: str) -> dict[str, str]:
    """The parts of a rule, each known and well formed; DTSTART, RDATE and other properties have no place in it."""
    parts: dict[str, str] = {}
    for part in recurrence.upper().removeprefix("RRULE:").removesuffix(";").split(";"):
        name, _, value = part.partition("=")
        if name in parts or not re.fullmatch(_PARTS.get(name, "(?!)"), value, re.ASCII):
            raise RecurrenceRefused("A part of this rule is unknown, stands twice or has no possible value")
        parts[name] = ",".join(dict.fromkeys(value.split(",")))
    if "FREQ" not in parts:
        raise RecurrenceRefused("A recurrence rule has FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    if "COUNT" in parts and "UNTIL" in parts:
        raise RecurrenceRefused("A recurrence rule has COUNT or UNTIL, not both")
    if parts["FREQ"] == "DAILY" and "BYSETPOS" in parts:
        raise RecurrenceRefused("A daily rule has no BYSETPOS here")
    return parts


def _end_of(until: str) -> datetime:
    """UNTIL on London's wall clock; a day without a time is meant with all its sessions."""
    try:
        end = datetime.fromisoformat(until)
        if "T" not in until:
            return datetime.combine(end, time.max)
        return end.astimezone(LONDON).replace(tzinfo=None) if end.tzinfo else end
    except (ValueError, OverflowError) as error:
        raise RecurrenceRefused("UNTIL is not a date or time") from error


def _late_twin(year: int) -> int:
    """The latest year with the same calendar, and with the same years around it.

    dateutil looks for the next day of a rule until the year 9999: eleven seconds for the thirtieth of February. Close
    to the end of time the same search is over in a moment. Such a twin is found for every year up to 2096.
    """
    twins = (twin for twin in range(9996, 9900, -1) if _calendars_around(twin) == _calendars_around(year))
    return next(twins, year)


def _calendars_around(year: int) -> list[tuple[int, bool]]:
    return [(date(near, 1, 1).weekday(), calendar.isleap(near)) for near in range(year - 1, year + 3)]


def has_begun(starts_at: datetime, now: datetime) -> bool:
    return starts_at <= now


def has_place(capacity: int, places_taken: int) -> bool:
    return places_taken < capacity


def over_by(capacity: int, places_taken: int) -> int:
    """How many more have a place than there are: after the reversal of a merge both bookings count again."""
    return max(0, places_taken - capacity)


def caution_on(capacity: int, places_taken: int) -> str | None:
    """What the coordinator should know of a session with more people than places."""
    if not (over := over_by(capacity, places_taken)):
        return None
    return (
        f"The bookings are over the places by {over}: two records that counted as one do so no longer, because their "
        "merge was reversed. Nobody loses a place by that: expect everybody who is booked, or agree another session "
        "with a family."
    )


def may_schedule_in(actor: Actor, area: str) -> bool:
    """An administrator in every area; a coordinator in the own one.

    `queries.schedulable_by` is the same in SQL; `test_timetable_rules.py` holds the two together.
    """
    if actor.has(Role.ADMINISTRATOR):
        return True
    return actor.has(Role.CENTRE_COORDINATOR) and actor.area in (None, area)


def may_book_in(actor: Actor, area: str) -> bool:
    """Coordinators book in the centres that they schedule; key workers bring their families to any centre.

    `queries.bookable_by` is the same in SQL; `test_timetable_rules.py` holds the two together.
    """
    return may_schedule_in(actor, area) if actor.has(Role.CENTRE_COORDINATOR) else True


def is_provided(audience: Audience, provider: str, option: int) -> bool:
    """Whether the service model in force has sessions of this kind; what partners offer is their own affair."""
    if audience != "open" or name_key(provider) != COUNCIL:
        return True
    return option in OPTIONS_WITH_OPEN_COUNCIL_SESSIONS


def worker_key(name: str) -> str:
    """The same for every spelling of a worker's id or name."""
    return name_key(name)[:LONGEST_WORKER_KEY]


def looks_personal(text: str) -> bool:
    """Whether a text for the public timetable seems to hold somebody's address or number."""
    return _PERSONAL.search(plain_marks(text)) is not None
