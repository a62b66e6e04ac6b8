"""Caseloads of past days, their scope and their trend, on SQLite and on PostgreSQL.

`test_caseload_histories` holds every figure against a recount; here stand the days and the people one by one.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from services.casework.allocation.ceilings.models import Ceiling
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.record.timescales import actions as timescales
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_decision, a_worker
from tests.services.casework.workforce.workers_made import MONDAY, days, on, put, refused

EARLY = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def the_first_ceiling_is_old(casework: ServiceUnderTest) -> None:
    first = {"decided_at": EARLY, "effective_on": EARLY.date(), "in_force_since": EARLY}
    async with casework.database.begin() as session:
        await session.execute(update(Ceiling).values(**first))


async def allocate(casework: ServiceUnderTest, case: dict[str, Any], worker: dict[str, Any], **more: Any) -> None:
    sent = {"worker_id": worker["id"], "override_reason": "As the team agreed", **more}
    made = await casework.as_("area_manager").post(f"/cases/{case['id']}/allocation", json=sent)
    assert made.status_code == 201, made.text


async def asked(casework: ServiceUnderTest, **query: Any) -> dict[str, Any]:
    claims = {name: query.pop(name) for name in ("own_area", "own_team") if name in query}
    client = casework.as_("area_manager", **{name.removeprefix("own_"): value for name, value in claims.items()})
    answer = await client.get("/caseloads", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_family_counts_from_the_day_of_its_allocation(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker, case = await a_worker(casework), await a_case(casework, children=3)
    with on(days(9)):
        await allocate(casework, case, worker, starts_on=str(days(4)))
        seen = {}
        for number in (-1, 0, 3, 4, 9):
            found = await asked(casework, by="county", as_at=days(number))
            seen[number] = (found["summary"]["children"], found["summary"]["unallocated"])
        assert seen == {-1: (0, 0), 0: (0, 1), 3: (0, 1), 4: (3, 0), 9: (3, 0)}
        assert (await asked(casework, as_at=days(-1)))["items"] == []
        tomorrow = await casework.as_("area_manager").get("/caseloads", params={"as_at": str(days(10))})
        assert refused(tomorrow) == "/as_at in-the-future"
    with on(days(9), time(23, 59, 59)):
        late = await casework.as_("area_manager").get("/caseloads", params={"as_at": str(days(10))})
        assert late.status_code == 422
        assert (await asked(casework, as_at=days(9))) == await asked(casework)


async def test_the_day_is_londons_also_in_summer(casework: ServiceUnderTest) -> None:
    with on(date(2026, 6, 30), time(0, 30)):  # 23:30 of the day before in UTC
        await a_worker(casework)
        assert (await asked(casework))["as_at"] == "2026-06-30"
        assert (await asked(casework, as_at="2026-06-30"))["summary"]["workers"] == 1
        assert (await asked(casework, as_at="2026-06-29"))["summary"]["workers"] == 0


async def test_the_ceiling_of_a_past_day_is_the_one_that_was_in_force(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        await a_worker(casework, fte=0.5)
    with on(days(4), time(23, 59)):
        decision = a_decision(20)
        await casework.deliver(decision)
    with on(days(6)):
        for number, children in ((0, 16), (3, 16), (4, 20), (6, 20)):
            found = await asked(casework, as_at=days(number))
            assert found["summary"]["ceiling_in_force"]["children"] == children
            assert found["items"][0]["ceiling"] == children / 2
        assert found["summary"]["ceiling_in_force"]["decision_id"] == str(decision.decision_id)


async def test_what_is_overdue_counts_from_the_day_after_until_it_is_met(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker, case, other = await a_worker(casework), await a_case(casework), await a_case(casework)
        await allocate(casework, case, worker)
    with on(days(9)):
        async with casework.database.begin() as session:
            for each, due, met, ended in (
                (case, 3, None, None),
                (case, 3, 6, None),
                (case, 3, None, 5),
                (case, 9, None, None),
                (other, 3, None, None),
            ):
                about_id = uuid4()
                started: dict[str, Any] = {"about_id": about_id, "started_on": MONDAY, "due_on": days(due)}
                await timescales.start(session, UUID(each["id"]), "action", **started)
                if met:
                    await timescales.meet(session, "action", about_id=about_id, met_on=days(met))
                if ended:
                    await timescales.end(session, "action", about_id=about_id, ended_on=days(ended))
        for number, late in ((2, 0), (3, 0), (4, 3), (5, 2), (6, 1), (9, 1)):
            for by in ("worker", "team", "area", "county"):
                found = await asked(casework, by=by, as_at=days(number))
                assert [each["overdue"] for each in found["items"]] == [late]


async def test_teams_areas_and_scopes_choose_alike_now_and_then(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        ann = await a_worker(casework, name="Ann", area="south", team="South 1")
        bob = await a_worker(casework, name="Bob", area="south", team="South 2")
        await a_worker(casework, name="Cy", area="north", team="North 1")
        await a_worker(casework, name="Boss", area="south", team="South 1", role="team_manager")
        await allocate(casework, await a_case(casework, children=2), ann)
        await allocate(casework, await a_case(casework, children=5), bob)
        for area in ("north", "south", None):
            await a_case(casework, area=area)
    with on(days(2)):
        await put(casework, bob, team="South 3")
    with on(days(3)):
        for query, names, waiting in (
            ({}, ["Ann", "Bob", "Cy"], 3),
            ({"area": "south"}, ["Ann", "Bob"], 1),
            ({"team": "South 1"}, ["Ann"], 3),
            ({"own_area": "south"}, ["Ann", "Bob"], 2),
            ({"own_area": "south", "own_team": "South 1"}, ["Ann"], 2),
            ({"own_area": "south", "area": "south"}, ["Ann", "Bob"], 1),
            ({"own_area": "north", "area": "south"}, [], 0),
            ({"own_area": "north", "team": "South 1"}, [], 2),
        ):
            for at in ({}, {"as_at": days(0)}, {"as_at": days(3)}):
                found = await asked(casework, **query, **at)
                assert [each["name"] for each in found["items"]] == names
                assert (found["summary"]["workers"], found["summary"]["unallocated"]) == (len(names), waiting)
                assert sum(each["workers"] for each in found["summary"]["distribution"]) == len(names)
        assert [each["name"] for each in (await asked(casework, team="South 2"))["items"]] == []
        assert [each["name"] for each in (await asked(casework, team="South 2", as_at=days(1)))["items"]] == ["Bob"]
        teams = (await asked(casework, by="team", as_at=days(1)))["items"]
        assert [(each["team"], each["children"]) for each in teams] == [("North 1", 0), ("South 1", 2), ("South 2", 5)]


async def test_past_days_are_paged_by_name_too(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        for name in ("Ann", "Bob", "Cy"):
            await a_worker(casework, name=name)
    with on(days(3)):
        seen, following = list[str](), None
        while len(seen) < 3:
            found = await asked(casework, limit=1, as_at=MONDAY, **({"after": following} if following else {}))
            seen += [each["name"] for each in found["items"]]
            following = found["next"]
            assert found["summary"]["workers"] == 3
        assert (seen, following) == (["Ann", "Bob", "Cy"], None)


async def test_a_restricted_family_is_work_all_the_same(casework: ServiceUnderTest) -> None:
    """Caseloads are numbers of work: a ceiling that did not see a child would let too many be given to a worker."""
    with on(MONDAY):
        worker, case = await a_worker(casework), await a_case(casework, children=4)
        await allocate(casework, case, worker)
        hidden = await a_case(casework)
        async with casework.database.begin() as session:
            families = [UUID(each["family_id"]) for each in (case, hidden)]
            session.add_all(FamilyRestriction(family_id=each, source="referrals", subject="no") for each in families)
    with on(days(1)):
        assert (await casework.as_("area_manager").get(f"/cases/{case['id']}")).status_code == 404
        for at in ({}, {"as_at": MONDAY}):
            summary = (await asked(casework, **at))["summary"]
            assert (summary["children"], summary["unallocated"]) == (4, 1)


async def test_the_trend_is_what_each_day_was(casework: ServiceUnderTest) -> None:
    with on(MONDAY):
        worker, case = await a_worker(casework), await a_case(casework, children=4)
        await a_case(casework, area="north")
        await allocate(casework, case, worker)
    with on(days(8)):
        await put(casework, worker, fte=0.5)
    with on(days(16)):
        client = casework.as_("performance_analyst")
        for query in ({}, {"area": "south"}, {"team": "South 1"}, {"area": "north"}):
            items = (await client.get("/caseloads/trend", params={"weeks": 4, **query})).json()["items"]
            assert [item["as_at"] for item in items] == [str(days(number)) for number in (-1, 6, 13, 16)]
            for item in items:
                then = await asked(casework, by="county", as_at=item["as_at"], **query)
                [held] = then["items"] or [{"fte": 0, "ceiling": 0, "utilisation": 0}]
                like = {**then["summary"], **held, "as_at": item["as_at"]}
                assert item == {name: like[name] for name in item}
        assert (items[-1]["unallocated"], items[0]["unallocated"]) == (1, 0)
        for weeks in (0, 105):
            assert (await client.get("/caseloads/trend", params={"weeks": weeks})).status_code == 422


async def test_the_ceiling_has_an_etag_that_changes_with_it(casework: ServiceUnderTest) -> None:
    client = casework.as_("team_manager")
    before = (await client.get("/ceiling")).headers["ETag"]
    assert (await client.get("/ceiling")).headers["ETag"] == before
    await casework.deliver(a_decision(18))
    assert (await client.get("/ceiling")).headers["ETag"] != before
    async with casework.database.read() as session:
        assert len((await session.scalars(select(Ceiling.id))).all()) == 2


async def test_a_week_is_not_counted_from_the_day_before(casework: ServiceUnderTest) -> None:
    sunday = MONDAY + timedelta(days=6)
    with on(sunday, time(23, 59)):
        await a_worker(casework)
        items = (await casework.as_("area_manager").get("/caseloads/trend", params={"weeks": 2})).json()["items"]
        assert [(item["as_at"], item["workers"]) for item in items] == [(str(days(-1)), 0), (str(sunday), 1)]
