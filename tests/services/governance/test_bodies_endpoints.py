"""Bodies, their meetings and members."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.governance.meetings.models import Meeting
from shared import clock
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import body_id_of, coming_meetings, meeting_today

READERS = {
    "governance_officer",
    "board_member",
    "administrator",
    "team_manager",
    "area_manager",
    "practice_supervisor",
    "performance_analyst",
}
ROUTES: list[tuple[str, str, set[str]]] = [
    ("GET", "/bodies", READERS),
    ("GET", "/bodies/{id}/meetings", READERS),
    ("GET", "/meetings/{id}/agenda", READERS),
    ("GET", "/proposals/{id}", READERS),
    ("GET", "/decisions", READERS),
    ("POST", "/bodies/{id}/meetings", {"governance_officer", "administrator"}),
    ("POST", "/bodies/{id}/members", {"governance_officer", "administrator"}),
    ("POST", "/proposals", {"governance_officer", "board_member", "area_manager", "team_manager"}),
    ("POST", "/meetings/{id}/decisions", {"governance_officer", "board_member"}),
]
ROLES = (
    *("referrer", "partner", "mash_practitioner", "mash_manager", "social_worker", "family_support_worker"),
    *("practice_supervisor", "team_manager", "area_manager", "centre_coordinator", "governance_officer"),
    *("board_member", "performance_analyst", "administrator", "service"),
)


@pytest.mark.parametrize(("method", "path", "allowed"), ROUTES, ids=[f"{route[0]} {route[1]}" for route in ROUTES])
async def test_each_route_is_for_its_roles(
    governance: ServiceUnderTest, method: str, path: str, allowed: set[str]
) -> None:
    path = path.format(id=uuid4())
    assert (await governance.client().request(method, path, json={})).status_code == 401
    refused = {role for role in ROLES if (await governance.as_(role).request(method, path, json={})).status_code == 403}
    assert refused == set(ROLES) - allowed


async def test_the_bodies_are_there_from_the_start(governance: ServiceUnderTest) -> None:
    bodies = (await governance.as_("board_member").get("/bodies", params={"limit": 200})).json()["items"]
    cadences = {body["key"]: body["cadence"] for body in bodies}
    assert len(cadences) == 16
    weekly, monthly = cadences["core_group"], cadences["programme_board"]
    assert (weekly, monthly, cadences["directorate_leadership_team"]) == ("weekly", "monthly", "weekly")
    assert cadences.keys() > {"county_council_management_team", "cabinet", "childrens_management_team"}
    assert await body_id_of(governance, "core_group") == "e84a28e4-f82e-5147-8a7a-5ff16a1f81e4"


async def test_lists_go_on_page_by_page(governance: ServiceUnderTest) -> None:
    client = governance.as_("administrator")
    path = f"/bodies/{await body_id_of(governance, 'core_group')}/meetings"
    whole = await coming_meetings(governance)
    seen, following = [], None
    while True:
        params = {"limit": 20, **({"after": following} if following else {})}
        page = (await client.get(path, params=params)).json()
        seen += page["items"]
        if (following := page["next"]) is None:
            break
    assert seen == whole
    later = (await client.get(path, params={"from": whole[3]["held_on"], "limit": 1})).json()["items"]
    assert later == [whole[3]]


async def test_an_extraordinary_meeting_is_called_for_today(governance: ServiceUnderTest) -> None:
    meeting = await meeting_today(governance)
    assert (meeting["kind"], meeting["body"], meeting["reason"]) == ("extraordinary", "core_group", "It cannot wait")
    assert (await coming_meetings(governance))[0] == meeting
    async with governance.database.read() as session:
        actions = (await session.scalars(select(AuditRow.action).where(AuditRow.entity_id == meeting["id"]))).all()
    assert actions == ["meeting_call"]


async def test_of_two_calls_for_one_day_one_is_refused(governance: ServiceUnderTest) -> None:
    path = f"/bodies/{await body_id_of(governance, 'cabinet')}/meetings"
    called = {"held_on": (clock.today() + timedelta(days=3)).isoformat(), "reason": "Key proposals"}
    client = governance.as_("administrator")
    answers = await asyncio.gather(*(client.post(path, json=called) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert {answer.json().get("code") for answer in answers} == {None, "meeting-already-called"}
    assert await governance.count(Meeting) == 1


BAD_MEETINGS: list[tuple[dict[str, Any], str]] = [
    ({"held_on": "2020-01-01"}, "/held_on"),
    ({"held_on": "soon"}, "/held_on"),
    ({"reason": ""}, "/reason"),
    ({"reason": "x" * 2001}, "/reason"),
    ({"kind": "ordinary"}, "/kind"),
]


@pytest.mark.parametrize(("change", "field"), BAD_MEETINGS)
async def test_a_bad_call_names_the_field(governance: ServiceUnderTest, change: dict[str, Any], field: str) -> None:
    path = f"/bodies/{await body_id_of(governance, 'core_group')}/meetings"
    called = {"held_on": clock.today().isoformat(), "reason": "r", **change}
    answer = await governance.as_("governance_officer").post(path, json=called)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


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
