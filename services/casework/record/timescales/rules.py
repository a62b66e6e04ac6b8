"""What starts which clock, how long it runs, and when something that has a due day is due, met or overdue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from shared.clock import london_day
from shared.working_days import add_working_days

Status = Literal["due", "overdue", "met", "met_late"]

Unit = Literal["hours", "working_days", "weeks", "months"]


@dataclass(frozen=True)
class Clock:
    """A limit that is in force from a day on: how long after what something is to be done."""

    name: str
    step: str
    """Of `codes.STEPS`: the first of a kind and the later ones are one step with two clocks."""
    limit: int
    unit: Unit
    starts_with: str
    ended_by: str
    source: str
    local: bool
    """A default that an authority may change; the others are law or statutory guidance."""
    in_force_from: date


WORKING_TOGETHER = date(2013, 4, 15)
"""Working Together to Safeguard Children of March 2013: one assessment of 45 working days; its later editions (2015,
2018, 2023) kept the limits of this table."""
COUNTED_FOR = timedelta(days=28)
"""So many days back is counted what fell due and what was missed, for each step and area (local)."""
PUBLIC_LAW_OUTLINE = date(2014, 4, 22)
"""Children and Families Act 2014 s14 and Practice Direction 12A."""

CLOCKS: Sequence[Clock] = (
    Clock(
        name="assessment",
        step="assessment",
        limit=45,
        unit="working_days",
        starts_with="The referral was received; where an earlier assessment answered it, this one was started",
        ended_by="The assessment is completed",
        source="Working Together; CIN 8670Q",
        local=False,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="strategy_discussion",
        step="strategy_discussion",
        limit=24,
        unit="hours",
        starts_with="The front door decided that a strategy discussion is held",
        ended_by="The strategy discussion is held",
        source="Oxfordshire's procedures",
        local=True,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="initial_conference",
        step="initial_conference",
        limit=15,
        unit="working_days",
        starts_with="The strategy discussion was held that began the section 47 enquiry",
        ended_by="The initial child protection conference is held, or the enquiry ends without one",
        source="Working Together; CIN 8675Q",
        local=False,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="transfer_in_conference",
        step="transfer_in_conference",
        limit=15,
        unit="working_days",
        starts_with="A plan came with the child from another authority",
        ended_by="The transfer-in conference is held",
        source="Working Together",
        local=False,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="first_core_group",
        step="core_group",
        limit=10,
        unit="working_days",
        starts_with="The conference decided that there is a protection plan",
        ended_by="The core group meets, or the plan ends",
        source="Working Together",
        local=False,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="later_core_group",
        step="core_group",
        limit=6,
        unit="weeks",
        starts_with="The core group met",
        ended_by="It meets again, or the plan ends",
        source="Oxfordshire's procedures",
        local=True,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="first_review_conference",
        step="review_conference",
        limit=3,
        unit="months",
        starts_with="The conference decided that there is a protection plan",
        ended_by="The review conference is held, or the plan ends",
        source="Working Together",
        local=False,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="later_review_conference",
        step="review_conference",
        limit=6,
        unit="months",
        starts_with="The review conference was held",
        ended_by="The next one is held, or the plan ends",
        source="Working Together",
        local=False,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="protection_visit",
        step="protection_visit",
        limit=10,
        unit="working_days",
        starts_with="The protection plan began, or the child was seen",
        ended_by="The child is seen at a child protection visit, or the plan ends",
        source="Oxfordshire's procedures",
        local=True,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="first_need_review",
        step="need_review",
        limit=4,
        unit="weeks",
        starts_with="The assessment before the child in need plan was completed; where there is none, the plan began",
        ended_by="The plan is reviewed, or ends",
        source="Oxfordshire's procedures",
        local=True,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="later_need_review",
        step="need_review",
        limit=3,
        unit="months",
        starts_with="The child in need plan was reviewed",
        ended_by="It is reviewed again, or ends",
        source="Ours: the sources give no limit for later reviews",
        local=True,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="thriving_families_review",
        step="thriving_families_review",
        limit=8,
        unit="weeks",
        starts_with="The outcome plan was agreed or reviewed",
        ended_by="The outcome plan is reviewed, or the case closes",
        source="Oxfordshire's procedures",
        local=True,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="taf_review",
        step="taf_review",
        limit=8,
        unit="weeks",
        starts_with="The Team Around the Family began or held a review",
        ended_by="It holds a review, or ends",
        source="Oxfordshire's procedures",
        local=True,
        in_force_from=WORKING_TOGETHER,
    ),
    Clock(
        name="pre_proceedings",
        step="pre_proceedings",
        limit=16,
        unit="weeks",
        starts_with="The letter before proceedings was sent",
        ended_by="The court is applied to, or pre-proceedings are withdrawn",
        source="Public Law Outline; Best Practice Guidance of the Public Law Working Group 2021",
        local=False,
        in_force_from=PUBLIC_LAW_OUTLINE,
    ),
    Clock(
        name="care_proceedings",
        step="care_proceedings",
        limit=26,
        unit="weeks",
        starts_with="The court was applied to",
        ended_by="The final order is made, or the application is withdrawn",
        source="Children Act 1989 s32(1)(a) as amended in 2014",
        local=False,
        in_force_from=PUBLIC_LAW_OUTLINE,
    ),
)
"""The one table of clocks; what a person sets a day for (an action, a flag's review, a hand-over's answer) has none."""


def clock_on(name: str, day: date) -> Clock:
    """The clock of that name in force on a day; of a day before its first, the first."""
    named = [clock for clock in CLOCKS if clock.name == name]
    return next((clock for clock in reversed(named) if clock.in_force_from <= day), named[0])


def due_on(name: str, since: date) -> date:
    """The last day on which it is in time, where the clock started on that day; the starting day is never counted.

    Months end on the same day of the month, or on its last: 31 August and six months is 28 February.
    """
    clock = clock_on(name, since)
    match clock.unit:
        case "working_days":
            return add_working_days(since, clock.limit)
        case "weeks":
            return since + timedelta(weeks=clock.limit)
        case "months":
            return since + relativedelta(months=clock.limit)
        case "hours":
            raise ValueError("A clock of hours starts at an instant: ask `due_on_after`")


def due_on_after(name: str, instant: datetime) -> date:
    """The same of a clock that runs for hours: the day in London on which the last of them ends."""
    return london_day(instant + timedelta(hours=clock_on(name, london_day(instant)).limit))


@dataclass(frozen=True)
class Done:
    """Something of a series was done on a day; where that was late, why."""

    on: date
    reason_late: str | None = None


@dataclass(frozen=True)
class Turn:
    """One of a series that falls due: from when, until when, and what became of it."""

    started_on: date
    due_on: date
    met_on: date | None = None
    ended_on: date | None = None
    reason_late: str | None = None


def turns_of(first: str, later: str, since: date, done: Iterable[Done], ended_on: date | None = None) -> Sequence[Turn]:
    """Each turn of a series from the day on which it began: the next of a kind follows from the last one done.

    Whatever is recorded late for an earlier day finds its place: the turns follow from all that was done.
    """
    turns, name, started_on = list[Turn](), first, since
    for each in sorted(done, key=lambda one: one.on):
        turns.append(Turn(started_on, due_on(name, started_on), each.on, reason_late=each.reason_late))
        name, started_on = later, each.on
    return [*turns, Turn(started_on, due_on(name, started_on), ended_on=ended_on)]


def status_of(due_on: date, met_on: date | None, today: date) -> Status:
    """The due day itself is in time, to its last minute in London."""
    if met_on is not None:
        return "met_late" if is_late(due_on, met_on) else "met"
    return "overdue" if is_late(due_on, today) else "due"


def is_late(due_on: date, day: date) -> bool:
    return day > due_on


def falls_due_by(today: date, within_days: int) -> date:
    """The last day of the next N days; 0 is today."""
    return today + timedelta(days=within_days)
