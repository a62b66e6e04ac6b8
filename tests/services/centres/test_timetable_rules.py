"""The rules of the timetable, by table and by property."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import ColumnElement
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import create_async_engine

from services.centres.timetable import queries, rules
from services.centres.timetable.rules import RecurrenceRefused, Slot
from shared.auth import Actor, Role
from shared.clock import LONDON


def _starts(starts_at: str, recurrence: str | None) -> list[str]:
    slots = rules.slots_of(datetime.fromisoformat(starts_at), 60, recurrence)
    return [slot.starts_at.strftime("%Y-%m-%dT%H:%MZ") for slot in slots]


@pytest.mark.parametrize(
    ("starts_at", "recurrence", "starts"),
    [
        ("2027-01-05T10:00", None, ["2027-01-05T10:00Z"]),
        ("2027-07-06T10:00", None, ["2027-07-06T09:00Z"]),
        # Into summer time on 28 March 2027, and out of it on 31 October.
        ("2027-03-25T10:00", "FREQ=WEEKLY;COUNT=2", ["2027-03-25T10:00Z", "2027-04-01T09:00Z"]),
        ("2027-10-28T10:00", "FREQ=WEEKLY;COUNT=2", ["2027-10-28T09:00Z", "2027-11-04T10:00Z"]),
        # A time that does not exist counts as if the clock had not jumped; of one that comes twice, the first counts.
        ("2027-03-27T01:30", "FREQ=DAILY;COUNT=3", ["2027-03-27T01:30Z", "2027-03-28T01:30Z", "2027-03-29T00:30Z"]),
        ("2027-10-30T01:30", "FREQ=DAILY;COUNT=3", ["2027-10-30T00:30Z", "2027-10-31T00:30Z", "2027-11-01T01:30Z"]),
        # UNTIL in UTC (in summer 09:00Z is 10:00 in London), as a local time, and as a day with all its sessions.
        ("2027-07-06T10:00", "FREQ=DAILY;UNTIL=20270707T090000Z", ["2027-07-06T09:00Z", "2027-07-07T09:00Z"]),
        ("2027-07-06T10:00", "FREQ=DAILY;UNTIL=20270707T085959Z", ["2027-07-06T09:00Z"]),
        ("2027-07-06T10:00", "FREQ=DAILY;UNTIL=20270707T095959", ["2027-07-06T09:00Z"]),
        ("2027-07-06T10:00", "FREQ=DAILY;UNTIL=20270707", ["2027-07-06T09:00Z", "2027-07-07T09:00Z"]),
        # A first day that the rule does not name has no session: 5 January 2027 is a Tuesday.
        ("2027-01-05T10:00", "RRULE:freq=weekly;byday=TH;count=1", ["2027-01-07T10:00Z"]),
        ("2027-01-05T10:00", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", ["2027-01-29T10:00Z", "2027-02-26T10:00Z"]),
        ("2027-12-28T10:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=2;", ["2027-12-28T10:00Z", "2028-01-11T10:00Z"]),
        ("2028-02-29T10:00", "FREQ=YEARLY", ["2028-02-29T10:00Z"]),
    ],
)
def test_slots_of(starts_at: str, recurrence: str | None, starts: list[str]) -> None:
    assert _starts(starts_at, recurrence) == starts


def test_sessions_are_made_for_26_weeks_and_at_most_200() -> None:
    assert len(_starts("2027-01-05T10:00", "FREQ=WEEKLY")) == 27
    assert len(_starts("2027-01-05T10:00", "FREQ=DAILY;BYHOUR=9,11,13")) == 200


REFUSED = [
    "",
    "often",
    "FREQ=HOURLY",
    "FREQ=MINUTELY;COUNT=3",
    "FREQ=SECONDLY",
    "COUNT=3",
    "FREQ=WEEKLY;FREQ=DAILY",
    "FREQ=WEEKLY;COUNT=0",
    "FREQ=WEEKLY;COUNT=-1",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=DAILY;COUNT=2;UNTIL=20280101",
    "FREQ=DAILY;UNTIL=20270230",
    "FREQ=DAILY;UNTIL=00010101T000000Z",
    "FREQ=DAILY;UNTIL=20260101",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=WEEKLY;BYDAY=",
    "FREQ=MONTHLY;BYDAY=0MO",
    "FREQ=YEARLY;BYSETPOS=0",
    "FREQ=DAILY;BYHOUR=25",
    "FREQ=YEARLY;BYEASTER=0",
    "FREQ=DAILY;BYSECOND=1,2",
    "FREQ=DAILY;BYMONTHDAY=٣",
    "DTSTART:20270101T000000\nRRULE:FREQ=DAILY",
    "FREQ=DAILY;DTSTART=20270101T000000",
    "FREQ=DAILY\nRDATE:20270101T000000",
    "FREQ=DAILY;BYHOUR=10;BYMINUTE=0,30",  # sixty minutes each: the second begins before the first is over
    # No session, which dateutil would seek until the year 9999.
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    "FREQ=WEEKLY;BYMONTHDAY=32",
    "FREQ=MONTHLY;BYDAY=5MO;BYSETPOS=3",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
    "FREQ=DAILY;BYSETPOS=" + ",".join(str(position) for position in range(2, 60)),
    "FREQ=WEEKLY;BYSETPOS=" + ",".join(str(position) for position in range(300, 345)),
    "FREQ=WEEKLY;INTERVAL=999;BYDAY=MO",
]


@pytest.mark.parametrize("recurrence", REFUSED)
def test_a_rule_that_cannot_be_followed_is_refused_at_once(recurrence: str) -> None:
    began = time.process_time()
    with pytest.raises(RecurrenceRefused):
        _starts("2027-01-05T10:00", recurrence)
    assert time.process_time() - began < 1


FOLLOWED = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=DAILY;COUNT=400",
    "FREQ=WEEKLY;BYDAY=MO,TH",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=2WE",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=-1,15",
    "FREQ=YEARLY;BYWEEKNO=1,20,33,53;BYDAY=WE",
    "FREQ=YEARLY;BYYEARDAY=1,60,100,-1,-150",
    "FREQ=YEARLY;BYDAY=SA",
]
WALL_CLOCKS = st.datetimes(datetime(2026, 1, 1), datetime(2095, 12, 31)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@given(starts_at=WALL_CLOCKS, recurrence=st.sampled_from(FOLLOWED))
@example(starts_at=datetime(2027, 12, 29, 10), recurrence="FREQ=YEARLY;BYWEEKNO=1,20,33,53;BYDAY=WE")
def test_a_rule_gives_what_dateutil_gives_in_the_year_itself(starts_at: datetime, recurrence: str) -> None:
    last = starts_at + rules.SESSIONS_MADE_FOR
    expected = list(takewhile(lambda start: start <= last, rrulestr(recurrence, dtstart=starts_at)))
    try:
        found = rules.wall_clock_starts(starts_at, recurrence)
    except RecurrenceRefused:
        found = []
    assert found == expected


@given(year=st.integers(2026, 2095), month=st.sampled_from([2, 9]), day=st.integers(1, 28))
def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change(year: int, month: int, day: int) -> None:
    slots = rules.slots_of(datetime(year, month, day, 10), 60, "FREQ=DAILY")
    local = [slot.starts_at.astimezone(LONDON) for slot in slots]
    assert {(start.hour, start.minute) for start in local} == {(10, 0)}
    assert {later.date() - earlier.date() for earlier, later in pairwise(local)} == {timedelta(1)}
    assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(hours=1)}
    # From February the clocks go forward within 26 weeks, from September back: there are both kinds of instant.
    assert {slot.starts_at.hour for slot in slots} == {9, 10}


PARTS = st.sampled_from(
    [
        *("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "COUNT=5", "INTERVAL=13", "INTERVAL=999"),
        *("BYDAY=MO", "BYDAY=+5SU,-54TU", "BYMONTH=13", "BYMONTH=-1", "BYMONTH=6", "BYMONTHDAY=0", "BYMONTHDAY=-31"),
        *("BYYEARDAY=366", "BYYEARDAY=-999", "BYWEEKNO=53", "BYWEEKNO=0", "BYSETPOS=366", "BYSETPOS=-1", "BYHOUR=23"),
        *("BYMINUTE=59", "BYMINUTE=60", "WKST=WE", "UNTIL=20270601T000000Z", "UNTIL=99991231T235959Z", "X=1", ""),
    ]
)


@given(recurrence=st.one_of(st.lists(PARTS, max_size=6).map(";".join), st.text(max_size=40)), starts_at=WALL_CLOCKS)
def test_every_rule_is_followed_or_refused(recurrence: str, starts_at: datetime) -> None:
    began = time.process_time()
    try:
        slots = rules.slots_of(starts_at, 60, recurrence)
    except RecurrenceRefused:
        slots = []
    assert len(slots) <= rules.MOST_SESSIONS
    assert all(slot.starts_at >= rules.as_instant(starts_at) for slot in slots)
    assert time.process_time() - began < 1


def _slot(start_and_length: tuple[int, int]) -> Slot:
    start = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=start_and_length[0])
    return Slot(start, start + timedelta(minutes=start_and_length[1]))


SLOTS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)).map(_slot), max_size=6)


@given(wanted=SLOTS, taken=SLOTS)
def test_a_clash_is_found_where_a_naive_check_finds_one(wanted: list[Slot], taken: list[Slot]) -> None:
    naive = {
        (ours, theirs)
        for ours, theirs in product(wanted, taken)
        if max(ours.starts_at, theirs.starts_at) < min(ours.ends_at, theirs.ends_at)
    }
    clash = rules.first_clash(wanted, taken)
    assert bool(clash) is bool(naive)
    assert clash is None or (clash.wanted, clash.taken) in naive


def test_a_session_may_begin_when_the_one_before_it_ends() -> None:
    assert rules.first_clash([_slot((60, 60))], [_slot((0, 60)), _slot((120, 60))]) is None


@pytest.mark.parametrize(
    ("audience", "provider", "option", "provided"),
    [
        ("open", "council", 1, False),
        ("open", " Council ", 1, False),
        ("open", "council", 2, True),
        ("open", "council", 3, False),
        ("open", "Home-Start", 1, True),
        ("partner", "Health visitors", 1, True),
        ("targeted", "council", 1, True),
    ],
)
def test_is_provided(audience: rules.Audience, provider: str, option: int, provided: bool) -> None:
    assert rules.is_provided(audience, provider, option) is provided


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("Stay and play 2026-27, ages 0-5", False),
        ("Baby massage", False),
        ("Ask anna@home.example", True),
        ("Ring 01235 520141", True),
        ("943 476 5919", True),
    ],
)
def test_looks_personal(text: str, personal: bool) -> None:
    assert rules.looks_personal(text) is personal


ACTORS = st.builds(
    Actor,
    subject=st.just("a"),
    roles=st.sets(st.sampled_from([Role.CENTRE_COORDINATOR, Role.ADMINISTRATOR]), min_size=1).map(frozenset),
    area=st.sampled_from([None, "north", "south", "atlantis"]),
)


BOOKERS = st.builds(
    Actor,
    subject=st.just("a"),
    roles=st.sets(st.sampled_from([Role.CENTRE_COORDINATOR, Role.SOCIAL_WORKER, Role.ADMINISTRATOR]), min_size=1).map(
        frozenset
    ),
    area=st.sampled_from([None, "north", "south", "atlantis"]),
)
AREAS = st.sampled_from(["north", "central", "south"])


async def _finds(predicate: ColumnElement[bool], table: str, area: str) -> bool:
    """Whether the predicate holds of a centre in this area, or of a session in it."""
    where = predicate.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    there = f"WITH centres AS (SELECT 1 AS id, '{area}' AS area), sessions AS (SELECT 1 AS centre_id)"
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.connect() as connection:
        found = (await connection.exec_driver_sql(f"{there} SELECT * FROM {table} WHERE {where}")).all()
    await engine.dispose()
    return bool(found)


@given(actor=ACTORS, area=AREAS)
async def test_who_may_schedule_is_the_same_by_the_rule_and_in_sql(actor: Actor, area: str) -> None:
    found = await _finds(queries.schedulable_by(actor), "centres", area)
    assert found is rules.may_schedule_in(actor, area)


@given(actor=BOOKERS, area=AREAS)
async def test_who_may_book_is_the_same_by_the_rule_and_in_sql(actor: Actor, area: str) -> None:
    found = await _finds(queries.bookable_by(actor), "sessions", area)
    assert found is rules.may_book_in(actor, area)
