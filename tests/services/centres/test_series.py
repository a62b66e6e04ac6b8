"""A series without an end goes on: its sessions are made 26 weeks ahead, whatever happens meanwhile."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from services.centres.background import TIMERS
from services.centres.centres.models import ServiceModel
from services.centres.timetable import rules
from services.centres.timetable.actions import keep_series_ahead, make_what_was_not_made
from services.centres.timetable.models import SessionNotMade, TimetableSession
from shared.clock import LONDON
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import an_activity, room_of, scheduled

MONDAY = date(2026, 1, 5)
WEEKLY = {"recurrence": "FREQ=WEEKLY", "starts_at": "2026-01-12T10:00:00"}


@contextmanager
def weeks_later(weeks: int, at: time = time(9)) -> Iterator[None]:
    with time_machine.travel(datetime.combine(MONDAY + timedelta(weeks=weeks), at, LONDON), tick=False):
        yield


async def _turns(centres: ServiceUnderTest) -> int:
    """The timers until nothing is left to do; how many turns that took."""
    turns = 0
    for turn in (keep_series_ahead, make_what_was_not_made):
        while True:
            async with centres.database.begin() as session:
                done = await turn(session)
            if not done:
                break
            turns += 1
            assert turns < 50
    return turns


async def _seen(centres: ServiceUnderTest, activity: dict[str, Any]) -> dict[str, Any]:
    answer = await centres.as_("centre_coordinator").get(f"/activities/{activity['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _wall_clock(starts: list[dict[str, Any]]) -> list[str]:
    return [datetime.fromisoformat(each["starts_at"]).astimezone(LONDON).strftime("%m-%d %H:%M") for each in starts]


def test_the_timers_are_running() -> None:
    assert {keep_series_ahead, make_what_was_not_made} <= {timer.turn for timer in TIMERS}


async def test_a_series_without_an_end_goes_on_across_the_clock_changes(centres: ServiceUnderTest) -> None:
    with weeks_later(0):
        activity = await scheduled(centres, **WEEKLY)
        assert (activity["goes_on"], activity["sessions_made_until"]) == (True, "2026-07-13")
        assert len(activity["sessions"]) == 27
        await _turns(centres)
        assert await centres.count(TimetableSession) == 27
    with weeks_later(30):
        assert await _turns(centres) == 1
        assert await _turns(centres) == 0
        seen = await _seen(centres, activity)
    assert seen["sessions_made_until"] == "2027-02-01"
    starts = _wall_clock(seen["sessions"])
    assert starts[0] == "08-03 10:00"
    assert starts[-1] == "02-01 10:00"
    assert {each.split()[1] for each in starts} == {"10:00"}
    assert seen["not_made"] == []


async def test_a_series_with_an_end_ends(centres: ServiceUnderTest) -> None:
    with weeks_later(0):
        counted = await scheduled(centres, **WEEKLY | {"recurrence": "FREQ=WEEKLY;COUNT=30"})
        room = await room_of(centres, name="Meeting room")
        until = {"recurrence": "FREQ=WEEKLY;UNTIL=20260810", "staff": [], "room_id": room, "capacity": 2}
        dated = await scheduled(centres, **WEEKLY | until)
        once = await scheduled(centres, starts_at="2026-01-12T14:00:00")
        assert [each["goes_on"] for each in (counted, dated, once)] == [True, True, False]
    with weeks_later(1):
        await _turns(centres)
    with weeks_later(20):
        await _turns(centres)
        for each, last in ((counted, "08-03 10:00"), (dated, "08-10 10:00")):
            seen = await _seen(centres, each)
            assert (seen["goes_on"], seen["sessions_made_until"]) == (False, None)
            assert _wall_clock(seen["sessions"])[-1] == last


async def test_what_clashes_is_not_made_is_shown_and_is_tried_again(centres: ServiceUnderTest) -> None:
    with weeks_later(0):
        activity = await scheduled(centres, **WEEKLY)
    with weeks_later(2):
        in_the_room = await scheduled(centres, starts_at="2026-07-20T10:30:00", staff=[])
        other = await room_of(centres, name="Meeting room")
        busy = {"room_id": other, "capacity": 2, "staff": ["w-17"]}
        await scheduled(centres, starts_at="2026-07-27T10:30:00", **busy)
    with weeks_later(4):
        await _turns(centres)
        seen = await _seen(centres, activity)
        missing = [(_wall_clock([each])[0], each["code"]) for each in seen["not_made"]]
        assert missing == [("07-20 10:00", "room-clash"), ("07-27 10:00", "staff-clash")]
        assert "07-20 10:00" not in _wall_clock(seen["sessions"])
    async with centres.database.begin() as session:
        for meeting in await session.scalars(
            select(TimetableSession).where(TimetableSession.id == UUID(in_the_room["sessions"][0]["id"]))
        ):
            meeting.starts_at += timedelta(hours=6)
            meeting.ends_at += timedelta(hours=6)
    with weeks_later(4, time(20)):
        await _turns(centres)
        assert len((await _seen(centres, activity))["not_made"]) == 2  # once a day
    with weeks_later(5):
        await _turns(centres)
        seen = await _seen(centres, activity)
        assert [each["code"] for each in seen["not_made"]] == ["staff-clash"]
        assert "07-20 10:00" in _wall_clock(seen["sessions"])
    with weeks_later(40):
        await _turns(centres)
        assert await centres.count(SessionNotMade) == 0


async def test_an_open_series_of_the_council_waits_while_the_service_model_has_none(
    centres: ServiceUnderTest,
) -> None:
    async def adopt(option: int) -> None:
        async with centres.database.begin() as session:
            await session.execute(update(ServiceModel).values(option=option))

    await adopt(2)
    with weeks_later(0):
        activity = await scheduled(centres, **WEEKLY, audience="open")
    await adopt(1)
    with weeks_later(2):
        await _turns(centres)
        seen = await _seen(centres, activity)
        assert {each["code"] for each in seen["not_made"]} == {"open-sessions-not-provided"}
        assert len(seen["not_made"]) == 1
    await adopt(2)
    with weeks_later(3):
        await _turns(centres)
        assert (await _seen(centres, activity))["not_made"] == []


async def test_two_processes_make_every_session_once(centres: ServiceUnderTest) -> None:
    with weeks_later(0):
        for hour in (10, 12, 14):
            await scheduled(centres, **WEEKLY | {"starts_at": f"2026-01-12T{hour}:00:00"})
    with weeks_later(8):
        await asyncio.gather(*(_turns(centres) for _ in range(3)))
    async with centres.database.read() as session:
        of_each = select(TimetableSession.activity_id, TimetableSession.starts_at, func.count())
        rows = await session.execute(of_each.group_by(TimetableSession.activity_id, TimetableSession.starts_at))
        assert {count for _, _, count in rows} == {1}
    assert await centres.count(TimetableSession) == 3 * (27 + 7)


async def _one_turn_that_dies(centres: ServiceUnderTest) -> None:
    async with centres.database.begin() as session:
        await keep_series_ahead(session)
        raise RuntimeError


async def test_a_process_that_dies_in_a_turn_has_made_nothing_of_it(centres: ServiceUnderTest) -> None:
    with weeks_later(0):
        activity = await scheduled(centres, **WEEKLY)
    with weeks_later(8):
        with pytest.raises(RuntimeError):
            await _one_turn_that_dies(centres)
        assert (await _seen(centres, activity))["sessions_made_until"] == "2026-07-13"
        await _turns(centres)
        assert (await _seen(centres, activity))["sessions_made_until"] == "2026-08-31"


async def test_a_coordinator_of_another_area_sees_no_such_activity(centres: ServiceUnderTest) -> None:
    activity = await scheduled(centres, **await an_activity(centres))
    for area, status in (("north", 200), ("south", 404)):
        client = centres.as_("centre_coordinator", area=area)
        assert (await client.get(f"/activities/{activity['id']}")).status_code == status


RECURRENCES = st.sampled_from(
    [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;COUNT=40",
        "FREQ=WEEKLY;UNTIL=20280101",
        "FREQ=DAILY;BYHOUR=10,14",
    ]
)


@given(
    recurrence=RECURRENCES,
    day=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    steps=st.lists(st.integers(1, 200), min_size=1, max_size=8),
)
def test_step_by_step_a_series_has_the_sessions_that_its_rule_names(
    recurrence: str, day: date, steps: list[int]
) -> None:
    """However the timer's turns fall, as one walk along the rule: none twice, none left out."""
    first = datetime.combine(day, time(10))
    try:
        series = rules.first_series(first, recurrence)
    except rules.RecurrenceRefused:
        return
    found, last = list(series.starts), first + rules.SESSIONS_MADE_FOR
    for step in steps:
        last += timedelta(days=step)
        while series.made_until is not None and series.made_until < last:
            series = rules.series_after(first, recurrence, series.made_until, last)
            found += series.starts
    whole = rules.series_after(first, recurrence, first - timedelta(minutes=1), last)
    walked = list(whole.starts)
    while whole.made_until is not None and whole.made_until < last:
        whole = rules.series_after(first, recurrence, whole.made_until, last)
        walked += whole.starts
    assert found == walked
