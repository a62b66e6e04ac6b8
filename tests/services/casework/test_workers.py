"""Joining, changing from a day on, leave, leaving and coming back, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import func, select

from services.casework.background import TIMERS
from services.casework.cases.models import Case
from services.casework.posts.actions import put_due_posts_in_force
from services.casework.workers.models import Worker, WorkersHolding
from services.casework.workers.queries import absent_until
from shared.audit import AuditRow
from shared.clock import LONDON
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker

MONDAY = date(2026, 3, 2)


@contextmanager
def on(day: date, at: time = time(10)) -> Iterator[None]:
    with time_machine.travel(datetime.combine(day, at, LONDON), tick=False):
        yield


def days(number: int) -> date:
    return MONDAY + timedelta(days=number)


async def put(casework: ServiceUnderTest, worker: dict[str, Any], **changes: Any) -> httpx.Response:
    """Send a worker as GET shows them, with changes."""
    client, path = casework.as_("area_manager"), f"/workers/{worker['id']}"
    found = await client.get(path)
    sent = found.json() | changes
    return await client.put(path, json=sent, headers={"If-Match": found.headers["ETag"]})


async def allocate(casework: ServiceUnderTest, case: dict[str, Any], worker: dict[str, Any]) -> None:
    sent = {"worker_id": worker["id"], "override_reason": "As the team agreed"}
    made = await casework.as_("area_manager").post(f"/cases/{case['id']}/allocation", json=sent)
    assert made.status_code == 201, made.text


async def turn(casework: ServiceUnderTest) -> int:
    async with casework.database.begin() as session:
        return await put_due_posts_in_force(session)


async def posts(casework: ServiceUnderTest, worker: dict[str, Any]) -> list[tuple[str, str | None, float, str]]:
    found = await casework.as_("area_manager").get(f"/workers/{worker['id']}/posts")
    return [(each["from_on"], each["until_on"], each["fte"], each["team"]) for each in found.json()["items"]]


async def shown(casework: ServiceUnderTest, worker: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await casework.as_("area_manager").get(f"/workers/{worker['id']}")).json()
    return found


async def county(casework: ServiceUnderTest, **query: str) -> dict[str, Any]:
    found = (await casework.as_("area_manager").get("/caseloads", params={"by": "county", **query})).json()
    return {"workers": found["summary"]["workers"], "fte": sum(each["fte"] for each in found["items"])}


async def fte_on(casework: ServiceUnderTest, *numbers: int) -> list[float]:
    return [(await county(casework, as_at=str(days(number))))["fte"] for number in numbers]


def refused(answer: httpx.Response) -> str:
    """The code of a refusal, or the field and its code."""
    told = answer.json()
    assert answer.status_code in (403, 404, 409, 412, 422, 428), told
    return " ".join((each["field"] + " " + each["code"]) for each in told.get("errors", [])) or told["code"]


def test_the_timer_is_running() -> None:
    assert put_due_posts_in_force in [timer.turn for timer in TIMERS]


async def test_a_change_of_fte_holds_from_its_day_on(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
    with on(days(10)):
        changed = await put(casework, worker, fte=0.6, from_on=str(days(4)))
        assert (changed.status_code, changed.json()["fte"], changed.json()["joined_on"]) == (200, 0.6, str(MONDAY))
        assert (await put(casework, worker, fte=0.8)).status_code == 200
        assert await posts(casework, worker) == [
            (str(MONDAY), str(days(4)), 1.0, "South 1"),
            (str(days(4)), str(days(10)), 0.6, "South 1"),
            (str(days(10)), None, 0.8, "South 1"),
        ]
        assert [(await county(casework, as_at=str(days(day))))["fte"] for day in (0, 3, 4, 9, 10)] == [
            1,
            1,
            0.6,
            0.6,
            0.8,
        ]
        assert refused(await put(casework, worker, from_on=str(days(-1)))) == "/from_on out-of-order"
        again = await put(casework, worker, fte=1, from_on=str(MONDAY))
        assert again.status_code == 200
        assert await posts(casework, worker) == [(str(MONDAY), None, 1.0, "South 1")]


async def test_a_planned_change_comes_on_its_day_and_not_before(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker, case = await a_worker(casework), await a_case(casework)
        await allocate(casework, case, worker)
        for name, value in {"role": "family_support_worker", "name": "Another"}.items():
            assert refused(await put(casework, worker, from_on=str(days(7)), **{name: value})) == f"/{name} not-ahead"
        planned = await put(casework, worker, from_on=str(days(7)), fte=0.5, team="South 2")
        assert (planned.json()["fte"], planned.json()["team"]) == (1, "South 1")
        assert await turn(casework) == 0
    with on(days(6), time(23, 59)):
        assert await turn(casework) == 0
    with on(days(7), time(0, 0)):
        assert await turn(casework) == 1
        assert await turn(casework) == 0
        now = await shown(casework, worker)
        assert (now["fte"], now["team"]) == (0.5, "South 2")
        found = casework.as_("team_manager", area="south", team="South 2")
        assert [each["id"] for each in (await found.get("/cases")).json()["items"]] == [case["id"]]
        assert await county(casework) == {"workers": 1, "fte": 0.5}
        assert await county(casework, as_at=str(days(6))) == {"workers": 1, "fte": 1}


async def test_what_is_planned_outlives_a_change_of_today_and_can_be_taken_back(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
        await put(casework, worker, from_on=str(days(7)), fte=0.5)
        assert (await put(casework, worker, name="Rosalind Achebe-Jones")).status_code == 200
        assert refused(await put(casework, worker, area="north")) == "change-planned"
        assert refused(await put(casework, worker, leaves_on=str(days(6)))) == "/leaves_on out-of-order"
        client, path = casework.as_("area_manager"), f"/workers/{worker['id']}/posts"
        etag = {"If-Match": (await client.get(path)).headers["ETag"]}
        for day in (MONDAY, days(3)):
            assert refused(await client.delete(f"{path}/{day}", headers=etag)) == "not-a-planned-change"
        assert refused(await client.delete(f"{path}/{days(7)}")) == "if-match-required"
        assert refused(await client.delete(f"{path}/{days(7)}", headers={"If-Match": '"1"'})) == "version-changed"
        assert (await client.delete(f"{path}/{days(7)}", headers=etag)).status_code == 204
        assert await posts(casework, worker) == [(str(MONDAY), None, 1.0, "South 1")]
        assert (await put(casework, worker, area="north", team="North 1")).status_code == 200
    with on(days(7)):
        assert await turn(casework) == 0


async def test_who_joins_on_a_later_day_is_in_post_from_that_day_on(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework, joined_on=str(days(3)))
        assert (worker["in_post"], worker["joined_on"]) == (False, str(days(3)))
        assert await county(casework) == {"workers": 0, "fte": 0}
        assert (await put(casework, worker, name="Ros Achebe", fte=0.9)).json()["fte"] == 0.9
        [only] = (await casework.as_("area_manager").get("/workers", params={"in_post": "false"})).json()["items"]
        assert (only["id"], only["name"]) == (worker["id"], "Ros Achebe")
    with on(days(3)):
        assert await turn(casework) == 1
        assert (await shown(casework, worker))["in_post"] is True
        assert await county(casework) == {"workers": 1, "fte": 0.9}
        assert await county(casework, as_at=str(days(2))) == {"workers": 0, "fte": 0}
        earlier = await a_worker(casework, joined_on=str(days(-30)))
        assert earlier["in_post"] is True
        assert await county(casework, as_at=str(days(-30))) == {"workers": 1, "fte": 1}
        assert await county(casework, as_at=str(days(-31))) == {"workers": 0, "fte": 0}


async def test_who_leaves_is_in_post_to_the_end_of_the_last_day(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
        assert (await put(casework, worker, leaves_on=str(days(4)))).json()["leaves_on"] == str(days(4))
    with on(days(4), time(23, 59)):
        assert await turn(casework) == 0
        assert await county(casework) == {"workers": 1, "fte": 1}
    with on(days(5), time(0, 0)):
        assert await turn(casework) == 1
        assert await turn(casework) == 0
        assert (await shown(casework, worker))["in_post"] is False
        assert await county(casework) == {"workers": 0, "fte": 0}
        assert await county(casework, as_at=str(days(4))) == {"workers": 1, "fte": 1}
        assert await posts(casework, worker) == [(str(MONDAY), str(days(5)), 1.0, "South 1")]


async def test_who_holds_families_is_in_post_until_they_are_moved(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker, case = await a_worker(casework), await a_case(casework)
        await allocate(casework, case, worker)
        await put(casework, worker, leaves_on=str(days(4)))
    with on(days(8)):
        assert await turn(casework) == 0
        assert (await shown(casework, worker))["in_post"] is True
        assert refused(await put(casework, worker, leaves_on=str(days(2)))) == "holds-families"
        assert (await put(casework, worker, name="Rosalind")).status_code == 200  # what does not concern it is changed
        assert refused(await put(casework, worker, fte=0.5)) == "/leaves_on out-of-order"
        assert (await put(casework, worker, leaves_on=None)).json()["leaves_on"] is None
        assert refused(await put(casework, worker, leaves_on=str(days(7)))) == "holds-families"


async def test_who_has_left_comes_back_with_a_gap_between(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
    with on(days(10)):
        assert (await put(casework, worker, leaves_on=str(days(4)))).json()["in_post"] is False
        assert refused(await put(casework, worker, fte=0.5)) == "not-in-post"
        assert (await put(casework, worker, name="Rosalind")).status_code == 200
        moved = await put(casework, worker, leaves_on=str(days(5)))
        assert (moved.status_code, moved.json()["in_post"]) == (200, False)
        early = await put(casework, worker, leaves_on=None, from_on=str(days(3)))
        assert refused(early) == "/from_on out-of-order"
        back = await put(casework, worker, leaves_on=None, from_on=str(days(8)), area="north", team="North 1", fte=0.7)
        assert (back.json()["in_post"], back.json()["area"], back.json()["joined_on"]) == (True, "north", str(MONDAY))
        assert await posts(casework, worker) == [
            (str(MONDAY), str(days(6)), 1.0, "South 1"),
            (str(days(8)), None, 0.7, "North 1"),
        ]
        assert [(await county(casework, as_at=str(days(day))))["fte"] for day in (5, 6, 7, 8, 10)] == [
            1,
            0,
            0,
            0.7,
            0.7,
        ]


async def test_a_family_is_held_by_nobody_before_being_in_post(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        case = await a_case(casework)
    with on(days(10)):
        worker = await a_worker(casework, joined_on=str(days(4)))
        path = f"/cases/{case['id']}/allocation"
        client = casework.as_("area_manager")
        early = await client.post(path, json={"worker_id": worker["id"], "starts_on": str(days(3))})
        assert refused(early) == "/starts_on out-of-order"
        assert (await client.post(path, json={"worker_id": worker["id"], "starts_on": str(days(4))})).status_code == 201
        history = await put(casework, worker, role="team_manager", from_on=str(days(8)))
        assert refused(history) == "holds-families"


async def test_only_what_may_be_changed_is_changed(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    for name, value in {"in_post": False, "joined_on": "2020-01-01", "on_leave": True}.items():
        assert refused(await put(casework, worker, **{name: value})) == f"/{name} read-only"
    assert (await put(casework, worker)).status_code == 200


async def test_leave_is_recorded_shown_ended_and_taken_back(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
        client, path = casework.as_("practice_supervisor"), f"/workers/{worker['id']}/absences"
        sick = await client.post(path, json={"kind": "sick", "from_on": str(MONDAY)})
        assert sick.status_code == 201
        one = f"{path}/{sick.json()['id']}"
        now = await shown(casework, worker)
        assert (now["in_post"], now["on_leave"], now["on_leave_until"]) == (True, True, None)
        later = {"kind": "annual", "from_on": str(days(20)), "last_on": str(days(30))}
        assert refused(await client.post(path, json=later)) == "absences-overlap"
        until = {"kind": "sick", "from_on": str(MONDAY), "last_on": str(days(5))}
        assert refused(await client.put(one, json=until)) == "if-match-required"
        etag = {"If-Match": (await client.get(one)).headers["ETag"]}
        assert (await client.put(one, json=until, headers=etag)).json()["last_on"] == str(days(5))
        assert refused(await client.put(one, json=until, headers=etag)) == "version-changed"
        annual = await client.post(path, json=later)
        assert annual.status_code == 201
        listed = (await client.get(path, params={"limit": 1})).json()
        assert [each["id"] for each in listed["items"]] == [annual.json()["id"]]
        [item] = (await client.get("/caseloads")).json()["items"]
        assert (item["on_leave"], item["on_leave_until"]) == (True, str(days(5)))
    for day, absent in ((5, True), (6, False), (20, True), (30, True), (31, False)):
        with on(days(day)):
            [listed_now] = (await casework.as_("team_manager").get("/workers")).json()["items"]
            assert listed_now["on_leave"] is absent
            assert await county(casework) == {"workers": 1, "fte": 1}
    with on(days(10)):
        client = casework.as_("practice_supervisor")
        gone = f"{path}/{annual.json()['id']}"
        assert (await client.delete(gone, headers={"If-Match": annual.headers["ETag"]})).status_code == 204
        assert refused(await client.get(gone)) == "not-found"
        async with casework.database.read() as session:
            ids = list(await session.scalars(select(Worker.id)))
            assert await absent_until(session, ids, days(5)) == {ids[0]: days(5)}
            assert await absent_until(session, ids, days(20)) == {}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"from_on": "2026-03-10", "last_on": "2026-03-09"}, "/last_on out-of-order"),
        ({"from_on": "2026-03-01"}, "/from_on out-of-order"),
        ({"from_on": "2026-03-10", "kind": "garden"}, "/kind literal-error"),
        ({}, "/from_on missing"),
    ],
)
async def test_leave_that_breaks_a_rule_is_refused(
    casework: ServiceUnderTest, sent: dict[str, Any], field: str
) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
        path = f"/workers/{worker['id']}/absences"
        assert refused(await casework.as_("team_manager").post(path, json={"kind": "annual", **sent})) == field
        assert (await casework.as_("team_manager").get(path)).json()["items"] == []


async def test_two_leaves_recorded_at_one_moment_do_not_overlap(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    sent, path = {"kind": "annual", "from_on": worker["joined_on"]}, f"/workers/{worker['id']}/absences"
    answers = await asyncio.gather(*(casework.as_("team_manager").post(path, json=sent) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_managers_see_and_change_the_workers_of_their_area_and_team(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    path = f"/workers/{worker['id']}"
    for claims in ({"area": "north"}, {"area": "south", "team": "South 2"}):
        other = casework.as_("team_manager", **claims)
        absence = {"kind": "annual", "from_on": worker["joined_on"]}
        changed = {**{key: worker[key] for key in ("name", "role", "area", "team", "fte")}, "fte": 0.1}
        assert (await other.get("/workers")).json()["items"] == []
        assert (await other.get("/teams")).json()["items"] == []
        assert refused(await other.get(f"{path}/posts")) == "not-found"
        assert refused(await other.get(f"{path}/absences")) == "not-found"
        assert refused(await other.post(f"{path}/absences", json=absence)) == "not-found"
        assert refused(await other.put(path, json=changed, headers={"If-Match": "*"})) == "not-found"
        assert refused(await other.delete(f"{path}/posts/2999-01-01", headers={"If-Match": "*"})) == "not-found"
    assert refused(await casework.as_("social_worker").get(path)) == "role-missing"


async def test_teams_show_their_people_in_post(casework: ServiceUnderTest) -> None:
    await a_worker(casework, area="north", team="North 1", fte=0.5)
    await a_worker(casework, area="north", team="North 1", role="team_manager")
    await a_worker(casework, area="south", team=None)
    await a_worker(casework, area="south", team=None, joined_on="2999-01-01")
    found = (await casework.as_("administrator").get("/teams")).json()["items"]
    assert [tuple(each.values()) for each in found] == [
        ("north", "North 1", 2, 1, 1.5, 0.5),
        ("south", None, 1, 1, 1.0, 1.0),
    ]


async def test_workers_are_listed_by_what_they_are(casework: ServiceUnderTest) -> None:
    await a_worker(casework, name="Ann")
    await a_worker(casework, name="Boss", role="team_manager", team="South 2")
    await a_worker(casework, name="Cy", area="north", team="North 1", joined_on="2999-01-01")
    client = casework.as_("administrator")
    for query, names in (
        ({}, ["Ann", "Boss", "Cy"]),
        ({"role": "team_manager"}, ["Boss"]),
        ({"team": "South 1"}, ["Ann"]),
        ({"area": "south", "in_post": "true"}, ["Ann", "Boss"]),
        ({"in_post": "false"}, ["Cy"]),
    ):
        assert [each["name"] for each in (await client.get("/workers", params=query)).json()["items"]] == names


async def test_changes_are_on_record_with_who_made_them(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
        await put(casework, worker, fte=0.5, from_on=str(days(2)))
    with on(days(2)):
        await turn(casework)
    async with casework.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.entity_id == worker["id"]).order_by(AuditRow.id))
        assert [row.action for row in rows] == ["worker_add", "worker_change", "worker_post"]


async def test_a_change_while_a_family_is_allocated_leaves_nothing_uncounted(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    cases = [await a_case(casework) for _ in range(4)]
    await asyncio.gather(
        *(allocate(casework, case, worker) for case in cases),
        *(put(casework, worker, fte=fte / 10, team=f"South {fte}") for fte in range(3, 6)),
    )
    now = await shown(casework, worker)
    async with casework.database.read() as session:
        teams = set(await session.scalars(select(Case.team)))
        held = (await session.scalars(select(WorkersHolding).where(WorkersHolding.workers > 0))).all()
        summed = await session.scalar(select(func.sum(WorkersHolding.workers)))
    assert teams == {now["team"]}
    assert [(each.children, each.families, float(each.fte)) for each in held] == [(4, 4, now["fte"])]
    assert summed == 1
