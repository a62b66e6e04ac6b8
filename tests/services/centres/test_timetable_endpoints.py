"""Scheduling activities and the public timetable, on SQLite and on PostgreSQL."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update

from services.centres.centres.models import Room, ServiceModel
from services.centres.timetable.models import Activity, ActivityWorker, TimetableSession
from shared import clock
from shared.audit import AuditRow
from shared.auth import Role
from shared.clock import LONDON
from shared.database import Database
from shared.migrations import migrate
from shared.seeds import seed
from tests.conftest import MakeEmpty
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import BANBURY, DIDCOT, an_activity, in_days, room_of, scheduled

NOBODY = "00000000-0000-4000-8000-000000000000"


def _next_change_to_summer_time() -> date:
    """The last Sunday of the next March."""
    year = clock.today().year + 1
    return max(day for n in range(1, 32) if (day := date(year, 3, n)).weekday() == 6)


async def test_an_activity_keeps_its_hour_when_the_clocks_change(centres: ServiceUnderTest) -> None:
    thursday = _next_change_to_summer_time() - timedelta(days=3)
    activity = await scheduled(centres, starts_at=f"{thursday}T10:00", recurrence="FREQ=WEEKLY;COUNT=2")
    assert activity["starts_at"] == f"{thursday}T10:00:00"
    assert [(each["starts_at"], each["ends_at"]) for each in activity["sessions"]] == [
        (f"{thursday}T10:00:00Z", f"{thursday}T11:00:00Z"),
        (f"{thursday + timedelta(days=7)}T09:00:00Z", f"{thursday + timedelta(days=7)}T10:00:00Z"),
    ]
    assert {each["room_id"] for each in activity["sessions"]} == {activity["room_id"]}


async def test_scheduling_is_on_record(centres: ServiceUnderTest) -> None:
    activity = await scheduled(centres, recurrence="FREQ=WEEKLY;COUNT=3")
    async with centres.database.read() as session:
        row = (await session.scalars(select(AuditRow))).one()
    assert (row.action, row.entity_id, row.facts) == ("activity_schedule", activity["id"], {"sessions": 3})


async def test_the_same_key_schedules_once(centres: ServiceUnderTest) -> None:
    sent, client = await an_activity(centres), centres.as_("centre_coordinator")
    answers = [await client.post("/activities", json=sent, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert await centres.count(Activity) == 1


async def test_a_room_is_not_booked_twice(centres: ServiceUnderTest) -> None:
    await scheduled(centres, recurrence="FREQ=WEEKLY;COUNT=4")
    later = await an_activity(centres, starts_at=in_days(21, "10:30"), staff=[])
    refused = await centres.as_("centre_coordinator").post("/activities", json=later)
    taken = datetime.fromisoformat(in_days(21)).replace(tzinfo=LONDON)
    assert (refused.status_code, refused.json()["code"]) == (409, "room-clash")
    assert datetime.fromisoformat(refused.json()["taken_from"]) == taken
    assert datetime.fromisoformat(refused.json()["session_starts_at"]) == taken + timedelta(minutes=30)
    await scheduled(centres, starts_at=in_days(21, "11:00"), staff=[])
    await scheduled(centres, starts_at=in_days(21, "09:00"), staff=[])
    await scheduled(centres, room_id=await room_of(centres, name="Activity room"), staff=[])


@pytest.mark.parametrize(
    "spelt", ["ŁUKASZ O’BRIEN", "Lukasz O\u02bcBrien", "Łukasz\u00a0OBrien\u200b", "lukasz o`brien"]
)
async def test_a_worker_is_not_booked_twice_under_another_spelling(centres: ServiceUnderTest, spelt: str) -> None:
    await scheduled(centres, staff=["Łukasz O'Brien"])
    elsewhere = await an_activity(centres, centre_id=DIDCOT, staff=[spelt])
    refused = await centres.as_("centre_coordinator").post("/activities", json=elsewhere)
    assert (refused.status_code, refused.json()["code"]) == (409, "staff-clash")


async def test_a_worker_is_not_booked_twice_in_whatever_centre(centres: ServiceUnderTest) -> None:
    await scheduled(centres, staff=["w-17", "Ines Abara"])
    elsewhere = await an_activity(centres, centre_id=DIDCOT, starts_at=in_days(7, "10:59"), staff=["ines  ABARA"])
    refused = await centres.as_("centre_coordinator").post("/activities", json=elsewhere)
    assert (refused.status_code, refused.json()["code"]) == (409, "staff-clash")
    assert "abara" not in refused.text.lower()
    await scheduled(centres, centre_id=DIDCOT, staff=["w-18"])


@pytest.mark.parametrize("what", ["room", "worker"])
async def test_of_two_coordinators_at_one_moment_one_is_refused(centres: ServiceUnderTest, what: str) -> None:
    rooms = [await room_of(centres, name=name) for name in ("Group room", "Activity room")]
    wanted = [
        await an_activity(
            centres,
            recurrence="FREQ=WEEKLY",
            room_id=rooms[0] if what == "room" else rooms[turn % 2],
            staff=[f"w-{turn}"] if what == "room" else ["w-17"],
        )
        for turn in range(4)
    ]
    client = centres.as_("centre_coordinator")
    answers = await asyncio.gather(*(client.post("/activities", json=each) for each in wanted))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await centres.count(Activity) == 1
    assert await centres.count(TimetableSession) == 27


async def test_the_council_has_no_open_sessions_under_option_1(centres: ServiceUnderTest) -> None:
    open_to_all = await an_activity(centres, audience="open")
    client = centres.as_("administrator")
    refused = await client.post("/activities", json=open_to_all)
    assert (refused.status_code, refused.json()["code"]) == (409, "open-sessions-not-provided")
    await scheduled(centres, audience="open", provider="Home-Start Banbury")
    async with centres.database.begin() as session:
        await session.execute(update(ServiceModel).values(option=2))
    assert (await client.post("/activities", json={**open_to_all, "starts_at": in_days(8)})).status_code == 201


async def test_a_coordinator_schedules_in_the_own_area(centres: ServiceUnderTest) -> None:
    north, south = (centres.as_("centre_coordinator", area=area) for area in ("north", "south"))
    sent = await an_activity(centres)
    assert (await south.post("/activities", json=sent)).status_code == 404
    assert (await north.post("/activities", json={**sent, "centre_id": NOBODY})).status_code == 404
    assert (await north.post("/activities", json=sent)).status_code == 201


BAD_ACTIVITIES: list[tuple[dict[str, Any], str]] = [
    ({"room_id": NOBODY}, "/room_id"),
    ({"title": ""}, "/title"),
    ({"title": "x" * 101}, "/title"),
    ({"title": "For Ann, 01235 520141"}, "/title"),
    ({"audience": "everyone"}, "/audience"),
    ({"provider": " "}, "/provider"),
    ({"recurrence": "FREQ=HOURLY"}, "/recurrence"),
    ({"recurrence": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"}, "/recurrence"),
    ({"recurrence": "DTSTART:20300101T000000\nRRULE:FREQ=DAILY"}, "/recurrence"),
    ({"recurrence": "FREQ=DAILY;X=" + "9" * 200}, "/recurrence"),
    ({"recurrence": "FREQ=WEEKLY;UNTIL=20200101T000000Z"}, "/recurrence"),
    ({"starts_at": in_days(-1)}, "/starts_at"),
    ({"starts_at": "9999-12-31T23:59"}, "/starts_at"),
    ({"starts_at": "0001-01-01T00:00"}, "/starts_at"),
    ({"starts_at": in_days(7) + "Z"}, "/starts_at"),
    ({"starts_at": in_days(7, "10:00:30")}, "/starts_at"),
    ({"minutes": 0}, "/minutes"),
    ({"capacity": 31}, "/capacity"),
    ({"capacity": 0}, "/capacity"),
    ({"minimum_age": 5, "maximum_age": 4}, "/maximum_age"),
    ({"staff": ["x" * 61]}, "/staff/0"),
    ({"colour": "red"}, "/colour"),
]


@pytest.mark.parametrize(
    ("change", "field"), BAD_ACTIVITIES, ids=[f"{n}{field}" for n, (_, field) in enumerate(BAD_ACTIVITIES)]
)
async def test_bad_input_names_the_field_and_schedules_nothing(
    centres: ServiceUnderTest, change: dict[str, Any], field: str
) -> None:
    answer = await centres.as_("centre_coordinator").post("/activities", json=await an_activity(centres, **change))
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await centres.count(Activity) == 0


async def test_the_timetable_is_public_and_never_says_who_works(centres: ServiceUnderTest) -> None:
    activity = await scheduled(centres, staff=["Ines Abara"], recurrence="FREQ=WEEKLY;COUNT=8")
    await scheduled(centres, centre_id=DIDCOT, staff=[])
    answer = await centres.client().get(f"/centres/{BANBURY}/timetable")
    sessions = answer.json()["items"]
    assert [each["id"] for each in sessions] == [each["id"] for each in activity["sessions"][:4]]
    assert "abara" not in answer.text.lower()
    assert sessions[0] == {
        "id": activity["sessions"][0]["id"],
        "activity_id": activity["id"],
        "title": "Cooking together",
        "audience": "targeted",
        "provider": "council",
        "starts_at": activity["sessions"][0]["starts_at"],
        "ends_at": activity["sessions"][0]["ends_at"],
        "minutes": 60,
        "room_id": activity["room_id"],
        "minimum_age": 0,
        "maximum_age": 11,
        "places": 12,
        "places_left": 12,
    }


async def test_the_timetable_is_of_the_days_asked_for_and_paged(centres: ServiceUnderTest) -> None:
    activity = await scheduled(centres, recurrence="FREQ=DAILY;COUNT=10", starts_at=in_days(7, "00:00"))
    path, days = f"/centres/{BANBURY}/timetable", {"from": in_days(8)[:10], "to": in_days(10)[:10], "limit": "2"}
    first = (await centres.client().get(path, params=days)).json()
    second = (await centres.client().get(path, params={**days, "after": first["next"]})).json()
    found = [each["id"] for each in first["items"] + second["items"]]
    assert found == [each["id"] for each in activity["sessions"][1:4]]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"from": "2027-01-02", "to": "2027-01-01"}, "/to"),
        ({"from": "2027-01-01", "to": "2027-04-03"}, "/to"),
        ({"from": "yesterday"}, "/from"),
        ({"to": "9999-12-31"}, "/to"),
        ({"form": "2027-01-01"}, "/form"),
        ({"after": "nonsense"}, "/after"),
    ],
)
async def test_days_that_make_no_timetable_are_refused(
    centres: ServiceUnderTest, days: dict[str, str], field: str
) -> None:
    answer = await centres.client().get(f"/centres/{BANBURY}/timetable", params=days)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_92_days_are_a_timetable(centres: ServiceUnderTest) -> None:
    days = {"from": "2027-01-01", "to": "2027-04-02"}
    assert (await centres.client().get(f"/centres/{BANBURY}/timetable", params=days)).status_code == 200


@pytest.mark.parametrize("role", list(Role))
async def test_who_may_schedule(centres: ServiceUnderTest, role: Role) -> None:
    answer = await centres.as_(role).post("/activities", json=await an_activity(centres))
    may = role in (Role.CENTRE_COORDINATOR, Role.ADMINISTRATOR)
    assert answer.status_code == (201 if may else 403)
    assert (await centres.client().post("/activities", json={})).status_code == 401


async def test_keys_of_workers_are_made_anew_and_two_spellings_are_one(make_empty: MakeEmpty) -> None:
    url = make_empty()
    await migrate("centres", url, "0004")
    await seed("centres", url)
    before = {"łukasz o'brien": "Łukasz O'Brien", "lukasz o’brien": "Lukasz O’Brien", "w-17": "w-17"}
    database = Database(url)
    async with database.begin() as session:
        room = (await session.scalars(select(Room).where(Room.centre_id == UUID(BANBURY)).limit(1))).one()
        activity_id = uuid4()
        activity = {
            **{"id": activity_id, "centre_id": room.centre_id, "room_id": room.id, "title": "t", "audience": "open"},
            **{"provider": "p", "starts_at": datetime(2026, 1, 1), "minutes": 60, "capacity": 8},
            **{"scheduled_at": clock.now(), "scheduled_by": "c"},
        }
        await session.execute(insert(Activity).values(activity))  # with the columns of then
        session.add_all(ActivityWorker(activity_id=activity_id, worker_key=k, worker=w) for k, w in before.items())
    await database.close()
    await migrate("centres", url)
    database = Database(url)
    async with database.read() as session:
        rows = (await session.scalars(select(ActivityWorker))).all()
    await database.close()
    assert {row.worker_key: row.worker for row in rows} == {"lukasz obrien": "Lukasz O’Brien", "w 17": "w-17"}
