"""Claims for outcomes against a migrated database, on SQLite and on PostgreSQL."""

import asyncio
from typing import Any

from services.casework.outcomes.outcome_claims.models import OutcomeClaim
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker
from tests.services.casework.outcomes.thriving_families_made import (
    a_planned_family,
    close,
    entries_of,
    improve,
    sent,
    whole_of,
)


async def test_an_outcome_of_2022_is_claimed_six_months_after_closure_and_not_a_day_before(
    casework: ServiceUnderTest,
) -> None:
    case = await a_planned_family(casework)

    async def refused(claimed_on: str = "2025-06-01", **more: str) -> dict[str, Any]:
        return await sent(casework, case, "outcome-claims", {"claimed_on": claimed_on, **more}, 409)

    await improve(casework, case, "2024-05-01", "housing", "domestic_abuse")
    behind = await refused()
    assert (behind["code"], behind["needs"]) == ("need-not-improved", ["school_attendance"])
    await improve(casework, case, "2024-08-01", "school_attendance")
    assert (await refused())["code"] == "case-still-open"
    await close(casework, case, "2024-08-31")
    early = await refused("2025-02-27")
    assert (early["code"], early["from_on"]) == ("not-yet-sustained", "2025-02-28")
    other = await refused("2025-02-28", version="2015")
    assert (other["code"], other["assessed_by_version"]) == ("assessed-by-other-version", "2022")
    assert (await whole_of(casework, case))["obstacle"] is None
    claim = await sent(casework, case, "outcome-claims", {"version": "2022", "claimed_on": "2025-02-28"})
    assert (claim["claimed_on"], claim["claimable_from"]) == ("2025-02-28", "2025-02-28")
    assert (await refused())["code"] == "already-claimed"
    whole = await whole_of(casework, case)
    assert (whole["claim"], whole["obstacle"]["code"]) == (claim, "already-claimed")
    assert (await entries_of(casework, case))[-1] == "outcome_claimed"


async def test_by_2012_a_case_may_be_open_and_its_key_worker_claims(casework: ServiceUnderTest) -> None:
    needs = ["adults_out_of_work", "antisocial_behaviour_or_youth_crime"]
    case = await a_planned_family(casework, needs, "2012")
    worker = await a_worker(casework, role="family_support_worker", subject="fay")
    await casework.as_("team_manager").post(f"/cases/{case['id']}/allocation", json={"worker_id": worker["id"]})
    await improve(casework, case, "2024-03-10", *needs)
    path = f"/families/{case['family_id']}/outcome-claims"
    stranger = casework.as_("family_support_worker", sub="somebody")
    assert (await stranger.post(path, json={})).status_code == 404
    own = casework.as_("family_support_worker", sub="fay")
    early = await own.post(path, json={"claimed_on": "2024-09-09"})
    assert (early.json()["code"], early.json()["from_on"]) == ("not-yet-sustained", "2024-09-10")
    assert (await own.post(path, json={"claimed_on": "2024-09-10"})).status_code == 201


async def test_of_claims_at_one_moment_one_is_kept(casework: ServiceUnderTest) -> None:
    needs = ["health", "finance"]
    case = await a_planned_family(casework, needs, "2015")
    await improve(casework, case, "2024-03-10", *needs)
    client, path = casework.as_("team_manager"), f"/families/{case['family_id']}/outcome-claims"
    answers = await asyncio.gather(*(client.post(path, json={}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"already-claimed"}
    assert await casework.count(OutcomeClaim) == 1


async def test_a_family_that_comes_back_under_another_id_has_been_claimed_for(casework: ServiceUnderTest) -> None:
    needs = ["health", "finance"]
    case = await a_planned_family(casework, needs, "2015")
    await improve(casework, case, "2024-03-10", *needs)
    await sent(casework, case, "outcome-claims", {"claimed_on": "2024-10-01"})
    await close(casework, case, "2024-11-01")
    [child] = (await casework.as_("area_manager").get(f"/cases/{case['id']}")).json()["children"]
    back = await a_planned_family(casework, needs, "2015", opened_on="2025-01-08", child_ids=[child["child_id"]])
    assert back["family_id"] != case["family_id"]
    await improve(casework, back, "2025-01-10", *needs)
    assert (await sent(casework, back, "outcome-claims", {}, 409))["code"] == "already-claimed"
    assert (await whole_of(casework, back))["claim"] is None


async def test_claims_are_listed_for_managers_and_analysts_within_their_area(casework: ServiceUnderTest) -> None:
    needs = ["health", "finance"]
    made = []
    for area, day in (("south", "2024-10-03"), ("north", "2024-10-02"), ("south", "2024-10-01")):
        case = await a_planned_family(casework, needs, "2015", area=area)
        await improve(casework, case, "2024-03-10", *needs)
        made.append(await sent(casework, case, "outcome-claims", {"claimed_on": day}))

    async def listed(query: dict[str, str], role: str = "performance_analyst", **claims: str) -> tuple[list[str], int]:
        answer = await casework.as_(role, **claims).get("/outcome-claims", params=query)
        assert answer.status_code == 200, answer.text
        return [claim["claimed_on"] for claim in answer.json()["items"]], answer.json()["summary"]["claims"]

    assert await listed({}) == (["2024-10-01", "2024-10-02", "2024-10-03"], 3)
    assert await listed({"limit": "1"}) == (["2024-10-01"], 3)
    assert await listed({"area": "north"}) == (["2024-10-02"], 1)
    assert await listed({}, "team_manager", area="south") == (["2024-10-01", "2024-10-03"], 2)
    assert await listed({"from": "2024-10-02", "to": "2024-10-02"}) == (["2024-10-02"], 1)
    assert await listed({"version": "2012"}) == ([], 0)
    first = (await casework.as_("area_manager").get("/outcome-claims", params={"limit": 2})).json()
    rest = await casework.as_("area_manager").get("/outcome-claims", params={"limit": 2, "after": first["next"]})
    assert [claim["id"] for claim in rest.json()["items"]] == [made[0]["id"]]
