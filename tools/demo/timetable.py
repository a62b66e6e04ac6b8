"""A week in the eight centres: what happens there, in which room, when and for whom."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Activity:
    """Something that recurs; `weekday` 0 is Monday, `begins` the wall clock."""

    title: str
    audience: str
    provider: str
    room: str
    weekday: int
    begins: str
    minutes: int
    capacity: int
    ages: tuple[int | None, int | None] = (None, None)
    every_weeks: int = 1

    @property
    def recurrence(self) -> str:
        interval = f";INTERVAL={self.every_weeks}" if self.every_weeks > 1 else ""
        return f"FREQ=WEEKLY{interval};BYDAY={('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')[self.weekday]}"


ACTIVITIES = (
    Activity(
        "Baby clinic: weighing and advice",
        "partner",
        "Health Visiting Service",
        "Group room",
        0,
        "09:30",
        150,
        24,
        (0, 2),
    ),
    Activity("Midwife appointments", "partner", "Maternity Service", "Meeting room", 1, "09:00", 180, 6),
    Activity("Toddlers' music and rhyme", "partner", "Centre Volunteers", "Activity room", 1, "10:00", 60, 18, (1, 4)),
    Activity(
        "Speech and language drop-in",
        "partner",
        "Children's Therapy Service",
        "Activity room",
        2,
        "13:30",
        120,
        12,
        (1, 5),
    ),
    Activity("Housing and money advice", "partner", "Barley Advice", "Meeting room", 3, "10:00", 180, 6, every_weeks=2),
    Activity("Cooking together", "targeted", "council", "Group room", 2, "15:45", 90, 14),
    Activity("Story and play", "targeted", "council", "Activity room", 0, "13:15", 90, 12, (0, 5)),
    Activity("After-school club", "targeted", "council", "Activity room", 3, "15:45", 90, 16, (5, 11)),
    Activity("Young women's evening", "targeted", "council", "Group room", 3, "17:30", 105, 12, (13, 18)),
    Activity("Dads and little ones", "targeted", "council", "Activity room", 5, "10:00", 90, 14, (0, 7), every_weeks=2),
)
TARGETED_OF = 3
"""Of the five targeted activities, how many a centre has; it has all but one of the partners'."""


def activities_of(number: int) -> list[Activity]:
    """What is on at the nth centre of the county; no two have quite the same week."""
    partner = [each for each in ACTIVITIES if each.audience == "partner"]
    targeted = [each for each in ACTIVITIES if each.audience == "targeted"]
    left_out = partner[number % len(partner)]
    chosen = [targeted[(number + offset) % len(targeted)] for offset in range(TARGETED_OF)]
    return [each for each in partner if each is not left_out] + chosen


def first_start(activity: Activity, today: date) -> str:
    """Its first day after today, and the time."""
    ahead = (activity.weekday - today.weekday() - 1) % 7 + 1
    return f"{today + timedelta(days=ahead)}T{activity.begins}:00"
