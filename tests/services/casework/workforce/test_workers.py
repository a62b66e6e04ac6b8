"""Joining, changing from a day on, leave, leaving and coming back, on SQLite and on PostgreSQL."""

import asyncio
import base64
import json
from datetime import time
from uuid import uuid4

from sqlalchemy import func, select

from services.casework.background import TIMERS
from services.casework.cases.cases.models import Case
from services.casework.workforce.workers.actions import put_due_posts_in_force
from services.casework.workforce.workers.models import WorkersHolding
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.workforce.workers_made import (
    MONDAY,
    allocate,
    county,
    days,
    fte_on,
    on,
    posts,
    put,
    refused,
    shown,
    turn,
)


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


async def test_a_turn_of_the_timer_changes_one_worker_so_that_counts_are_locked_in_one_order(
    casework: ServiceUnderTest,
) -> None:
    with on(MONDAY):
        for worker in (await a_worker(casework), await a_worker(casework, area="north", team=None)):
            await put(casework, worker, from_on=str(days(7)), fte=0.5)
    with on(days(7)):
        assert [await turn(casework) for _ in range(3)] == [1, 1, 0]
        assert await county(casework) == {"workers": 2, "fte": 1}


async def test_taking_back_a_change_leaves_the_families_with_the_team_of_the_day(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker, case = await a_worker(casework), await a_case(casework)
        await allocate(casework, case, worker)
        await put(casework, worker, from_on=str(days(7)), team="South 2")
        await put(casework, worker, from_on=str(days(9)), fte=0.5)
    with on(days(7), time(0, 0)):  # before the timer has had its turn
        client, path = casework.as_("area_manager"), f"/workers/{worker['id']}/posts"
        etag = {"If-Match": (await client.get(path)).headers["ETag"]}
        assert (await client.delete(f"{path}/{days(9)}", headers=etag)).status_code == 204
        assert (await client.get(f"/cases/{case['id']}")).json()["team"] == "South 2"


async def test_what_is_planned_outlives_a_change_of_today_and_can_be_taken_back(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
        await put(casework, worker, from_on=str(days(7)), fte=0.5)
        assert (await put(casework, worker, name="Rosalind Achebe-Jones")).status_code == 200
        assert refused(await put(casework, worker, area="north")) == "change-planned"
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


async def test_a_planned_change_falls_away_with_the_last_day_in_post(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
        for day, fte in ((3, 0.8), (7, 0.5), (9, 0.4)):
            assert (await put(casework, worker, from_on=str(days(day)), fte=fte)).status_code == 200
        left = await put(casework, worker, leaves_on=str(days(6)))
        assert (left.status_code, left.json()["changes_fallen_away"]) == (200, [str(days(7)), str(days(9))])
        kept = [(str(MONDAY), str(days(3)), 1.0, "South 1"), (str(days(3)), None, 0.8, "South 1")]
        assert await posts(casework, worker) == kept
        later = await put(casework, worker, leaves_on=str(days(30)))
        assert later.json()["changes_fallen_away"] == []
        assert await posts(casework, worker) == kept
        after = await put(casework, worker, leaves_on=str(days(30)), from_on=str(days(31)), fte=0.2)
        assert refused(after) == "/from_on out-of-order"
    with on(days(31)):
        await turn(casework)
        await turn(casework)
        assert await posts(casework, worker) == [kept[0], (str(days(3)), str(days(31)), 0.8, "South 1")]


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
        held = await put(casework, worker, leaves_on=str(days(2)))
        assert refused(held) == "holds-families"
        assert held.json()["call"] == f"POST /casework/v1/workers/{worker['id']}/caseload-transfer"
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


async def test_a_change_does_not_reach_back_over_the_time_out_of_post(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
    with on(days(10)):
        await put(casework, worker, leaves_on=str(days(4)))
        await put(casework, worker, leaves_on=None, from_on=str(days(8)))
        assert refused(await put(casework, worker, fte=0.5, from_on=str(days(2)))) == "/from_on out-of-order"
        assert await fte_on(casework, 4, 5, 7, 8) == [1, 0, 0, 1]
        assert (await put(casework, worker, fte=0.5, from_on=str(days(7)))).status_code == 200
        assert await fte_on(casework, 4, 5, 6, 7, 8) == [1, 0, 0, 0.5, 0.5]


async def test_who_is_to_come_back_is_not_in_post_before(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker = await a_worker(casework)
    with on(days(10)):
        await put(casework, worker, leaves_on=str(days(4)))
        await put(casework, worker, leaves_on=None, from_on=str(days(12)))
        changed = await put(casework, worker, fte=0.5)
        assert (changed.json()["in_post"], changed.json()["fte"]) == (False, 0.5)
        assert [post[:3] for post in await posts(casework, worker)] == [
            (str(MONDAY), str(days(5)), 1),
            (str(days(12)), None, 0.5),
        ]


async def test_who_is_still_to_join_plans_no_other_role_for_later(casework: ServiceUnderTest) -> None:
    """A family could be given to them before, and would have a key worker who is none."""
    with on(MONDAY):
        worker = await a_worker(casework, joined_on=str(days(3)))
        later = str(days(5))
        assert refused(await put(casework, worker, role="team_manager", from_on=later)) == "/role not-ahead"
        assert (await put(casework, worker, role="team_manager")).json()["role"] == "team_manager"
        assert (await put(casework, worker, role="social_worker", from_on=str(days(3)))).status_code == 200
        assert (await put(casework, worker, fte=0.5, from_on=later)).status_code == 200


async def test_no_day_is_too_late_to_be_answered(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    assert (await put(casework, worker, leaves_on="9999-12-31")).status_code in (200, 422)
    joins = await a_worker(casework, joined_on="9999-12-31")
    assert (await put(casework, joins, fte=0.5)).status_code == 200
    assert (await casework.as_("administrator").get("/caseloads/trend?weeks=104")).status_code == 403
    assert (await casework.as_("area_manager").get("/caseloads?as_at=0001-01-01")).status_code == 200


async def test_pages_of_people_by_name_have_no_name_in_the_address(casework: ServiceUnderTest) -> None:
    names = ["Zoe", "Ann", "Ann", "Bea"]
    for name in names:
        await a_worker(casework, name=name, joined_on=str(MONDAY))
    client = casework.as_("area_manager")
    for path, at in (("/workers", {}), ("/caseloads", {}), ("/caseloads", {"as_at": str(MONDAY)})):
        found: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = (await client.get(path, params={"limit": 1, **at, **after})).json()
            found += [each["name"] for each in page["items"]]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
            assert not any(name in page["next"] for name in names)
        assert found == sorted(names)
    unknown = base64.urlsafe_b64encode(json.dumps([str(uuid4())]).encode()).decode()
    assert refused(await client.get("/workers", params={"after": unknown})) == "/after cursor"


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


async def test_two_workers_joined_to_one_person_at_one_moment_are_one_and_a_409(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework)
    sent = {"name": "Ann", "role": "social_worker", "area": "south", "subject": "ann"}
    client = casework.as_("area_manager")
    changed = put(casework, worker, subject="ann")
    answers = await asyncio.gather(changed, *(client.post("/workers", json=sent) for _ in range(4)))
    assert sorted(answer.status_code // 100 for answer in answers) == [2, 4, 4, 4, 4]
    assert {answer.json().get("code") for answer in answers} == {None, "subject-taken"}


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
