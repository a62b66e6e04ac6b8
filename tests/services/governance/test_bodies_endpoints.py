"""Bodies and their members."""

from uuid import uuid4

from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import body_id_of


async def test_the_bodies_are_there_from_the_start(governance: ServiceUnderTest) -> None:
    bodies = (await governance.as_("board_member").get("/bodies", params={"limit": 200})).json()["items"]
    cadences = {body["key"]: body["cadence"] for body in bodies}
    assert len(cadences) == 16
    weekly, monthly = cadences["core_group"], cadences["programme_board"]
    assert (weekly, monthly, cadences["directorate_leadership_team"]) == ("weekly", "monthly", "weekly")
    assert cadences.keys() > {"county_council_management_team", "cabinet", "childrens_management_team"}
    assert await body_id_of(governance, "core_group") == "e84a28e4-f82e-5147-8a7a-5ff16a1f81e4"


async def test_a_member_is_appointed_once(governance: ServiceUnderTest) -> None:
    path = f"/bodies/{await body_id_of(governance, 'core_group')}/members"
    client = governance.as_("governance_officer")
    member = {"name": "Beatrix Odell", "subject": "beatrix", "role": "chair", "from": "2026-01-01"}
    answer = await client.post(path, json=member)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in member} == member
    again = await client.post(path, json=member)
    assert (again.status_code, again.json()["code"]) == (409, "already-a-member")
    assert "Odell" not in again.text
    bad = await client.post(path, json={**member, "role": "guest"})
    assert [error["field"] for error in bad.json()["errors"]] == ["/role"]


async def test_an_unknown_body_or_meeting_is_not_there(governance: ServiceUnderTest) -> None:
    client = governance.as_("governance_officer")
    for path in (f"/bodies/{uuid4()}/meetings", f"/meetings/{uuid4()}/agenda", f"/proposals/{uuid4()}"):
        assert (await client.get(path)).status_code == 404


async def test_the_codes_are_published(governance: ServiceUnderTest) -> None:
    lists = (await governance.as_("social_worker").get("/codes")).json()
    assert lists.keys() >= {"effects", "outcomes", "gates"}
    assert list(lists["effects"]) == ["set_caseload_ceiling"]
