"""Leave: recorded, shown, ended and taken back."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from services.casework.workforce.absences.queries import absent_until
from services.casework.workforce.workers.models import Worker
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker
from tests.services.casework.workforce.workers_made import (
    MONDAY,
    county,
    days,
    on,
    refused,
    shown,
)


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
