"""Meetings of bodies: listed and called."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from services.governance.meetings.models import Meeting
from shared import clock
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.governance.boards import body_id_of, coming_meetings, meeting_today


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
