"""Crises: raised by anyone, taken up by a duty worker, announced once where nobody did."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.centres.background import TIMERS
from services.centres.crises import queries, rules
from services.centres.crises.models import Crisis
from shared import clock
from shared.audit import AuditRow
from shared.auth import Actor, Role
from shared.contracts.centres import CrisisAcknowledged, CrisisRaised, CrisisUnanswered
from tests.conftest import StartService
from tests.predicates import Row, finds
from tests.service_under_test import ServiceUnderTest

NARRATIVE = "Petronella was thrown out with the children"


async def _raise(centres: ServiceUnderTest, role: str = "referrer", sub: str = "amina", **changes: Any) -> Any:
    sent = {"narrative": NARRATIVE, "callback": "01235 520141", "area": "south", **changes}
    answer = await centres.as_(role, sub=sub).post("/crises", json=sent)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _acknowledge(centres: ServiceUnderTest, crisis: Any, **changes: Any) -> httpx.Response:
    sent = {"text": "Going there now", **changes}
    client = centres.as_("social_worker", sub="rosalind", area="south")
    return await client.post(f"/crises/{crisis['id']}/acknowledgement", json=sent)


async def _turn(centres: ServiceUnderTest) -> int:
    [timer] = [timer for timer in TIMERS if timer.name == "announce_unanswered_crises"]
    async with centres.database.begin() as session:
        return await timer.turn(session)


async def test_anyone_may_raise_one_and_it_is_due_within_half_an_hour(centres: ServiceUnderTest) -> None:
    family_id, child_id = uuid4(), uuid4()
    with time_machine.travel(datetime(2026, 3, 28, 23, 45, tzinfo=UTC), tick=False):
        crisis = await _raise(centres, family_id=str(family_id), child_ids=[str(child_id)])
    assert crisis["due_at"] == "2026-03-29T00:15:00Z"
    assert "narrative" not in crisis
    [event] = await centres.events(CrisisRaised)
    assert isinstance(event, CrisisRaised)
    assert (event.family_id, event.child_ids, event.area) == (family_id, [child_id], "south")
    for role in Role:
        await _raise(centres, role.value)
    assert not any(NARRATIVE.encode() in envelope or b"01235" in envelope for envelope in await centres.envelopes())


@pytest.mark.parametrize(
    ("sent", "area"),
    [
        ({"area": None, "postcode": "ox14 1ab"}, "south"),
        ({"area": "north", "postcode": "ox14 1ab"}, "north"),
        ({"area": None, "postcode": "SW1A 1AA"}, None),
        ({"area": None, "postcode": "not known"}, None),
        ({"area": None}, None),
    ],
    ids=["of the postcode", "as given", "out of county", "no postcode", "nothing"],
)
async def test_it_is_in_the_area_that_is_known(centres: ServiceUnderTest, sent: dict[str, Any], area: Any) -> None:
    assert (await _raise(centres, **sent))["area"] == area


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"callback": None}, ""),
        ({"narrative": " "}, "/narrative"),
        ({"callback": "ask Anna"}, "/callback"),
        ({"area": "west"}, "/area"),
        ({"urgent": True}, "/urgent"),
    ],
    ids=["nobody to reach", "no narrative", "no number", "no area", "unknown field"],
)
async def test_what_nobody_could_respond_to_is_refused(
    centres: ServiceUnderTest, change: dict[str, Any], field: str
) -> None:
    sent = {"narrative": NARRATIVE, "callback": "01235 520141", **change}
    answer = await centres.as_("referrer").post("/crises", json=sent)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await centres.count(Crisis) == 0


async def test_a_duty_worker_takes_it_up_once(centres: ServiceUnderTest) -> None:
    family_id = str(uuid4())
    crisis = await _raise(centres, family_id=family_id)
    taken = await _acknowledge(centres, crisis)
    assert taken.status_code == 200
    whole = taken.json()
    assert (whole["status"], whole["narrative"], whole["text"]) == ("acknowledged", NARRATIVE, "Going there now")
    assert taken.headers["ETag"] == '"2"'
    again = await asyncio.gather(*(_acknowledge(centres, crisis) for _ in range(2)))
    assert [(each.status_code, each.json()["code"]) for each in again] == [(409, "already-acknowledged")] * 2
    async with centres.database.read() as session:
        rows = await session.scalars(select(AuditRow).where(AuditRow.entity_id == family_id).order_by(AuditRow.id))
        assert [row.action for row in rows] == ["crisis_raise", "crisis_acknowledge"]
    [event] = await centres.events(CrisisAcknowledged)
    assert isinstance(event, CrisisAcknowledged)
    assert (str(event.crisis_id), str(event.family_id), event.in_time) == (crisis["id"], family_id, True)


async def test_of_two_who_take_it_up_at_one_moment_one_does(centres: ServiceUnderTest) -> None:
    crisis = await _raise(centres)
    answers = await asyncio.gather(*(_acknowledge(centres, crisis) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_it_is_taken_up_neither_before_it_was_raised_nor_in_the_future(centres: ServiceUnderTest) -> None:
    crisis = await _raise(centres)
    raised_at = datetime.fromisoformat(crisis["raised_at"])
    for instant, code in [
        (raised_at - timedelta(seconds=1), "out-of-order"),
        (clock.now() + timedelta(minutes=5), "in-the-future"),
    ]:
        answer = await _acknowledge(centres, crisis, acknowledged_at=instant.isoformat())
        assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [("/acknowledged_at", code)]
    assert (await _acknowledge(centres, crisis, acknowledged_at=crisis["raised_at"])).status_code == 200


async def test_what_nobody_takes_up_is_announced_once_through_restarts_and_only_after_its_due_time(
    centres: ServiceUnderTest, start: StartService
) -> None:
    crisis, taken = await _raise(centres, family_id=str(uuid4())), await _raise(centres)
    await _acknowledge(centres, taken)
    due = datetime.fromisoformat(crisis["due_at"])
    with time_machine.travel(due, tick=False):
        assert await _turn(centres) == 0
    again = await start("centres", centres.database.url.render_as_string(hide_password=False))
    with time_machine.travel(due + timedelta(seconds=1), tick=False):
        turns = await asyncio.gather(*(_turn(service) for service in (centres, again, centres)))
        assert sum(turns) == 1
        shown = (await centres.as_("area_manager").get(f"/crises/{crisis['id']}")).json()
        assert shown["status"] == "unanswered"
        assert (await _acknowledge(centres, crisis)).status_code == 200
        assert await _turn(centres) == 0
        assert (await centres.as_("area_manager").get(f"/crises/{crisis['id']}")).headers["ETag"] == '"2"'
    answers: list[Any] = await centres.events(CrisisAcknowledged)
    assert [answer.in_time for answer in answers] == [True, False]
    [event] = await centres.events(CrisisUnanswered)
    assert event.model_dump(mode="json") == {
        "crisis_id": crisis["id"],
        "family_id": crisis["family_id"],
        "child_ids": [],
        "area": "south",
        "due_at": crisis["due_at"],
    }


async def test_the_list_is_the_duty_workers_area_and_what_has_none_oldest_first(centres: ServiceUnderTest) -> None:
    south, nowhere, north, taken = [await _raise(centres, area=area) for area in ("south", None, "north", "south")]
    await _acknowledge(centres, taken)

    async def ids(own: str | None = None, **query: Any) -> list[str]:
        answer = await centres.as_("family_support_worker", area=own).get("/crises", params=query)
        return [each["id"] for each in answer.json()["items"]]

    assert await ids() == [each["id"] for each in (south, nowhere, north, taken)]
    assert await ids("south") == [each["id"] for each in (south, nowhere, taken)]
    assert await ids("south", open="true") == [each["id"] for each in (south, nowhere)]
    assert await ids(open="false") == [taken["id"]]
    assert await ids(area="north") == [north["id"]]


async def test_whoever_raised_it_sees_what_becomes_of_it_and_not_the_narrative(centres: ServiceUnderTest) -> None:
    crisis = await _raise(centres, sub="amina")
    path = f"/crises/{crisis['id']}"
    shown = await centres.as_("referrer", sub="amina").get(path)
    assert (shown.status_code, shown.json()) == (200, crisis)
    assert (await centres.as_("social_worker", area="south").get(path)).json()["narrative"] == NARRATIVE
    for client in (centres.as_("referrer", sub="other"), centres.as_("social_worker", area="north")):
        assert (await client.get(path)).status_code == 404
    manager = centres.as_("team_manager", area="north", sub="amina")
    refused = await manager.post(f"{path}/acknowledgement", json={"text": "x"})
    assert refused.status_code == 404


ACTORS = st.builds(
    Actor,
    subject=st.sampled_from(["amina", "other"]),
    roles=st.sets(st.sampled_from([Role.REFERRER, Role.CENTRE_COORDINATOR, Role.SOCIAL_WORKER])).map(frozenset),
    area=st.sampled_from([None, "north", "south"]),
)


NAMED = st.sampled_from([frozenset[str](), frozenset(["amina"]), frozenset(["rosalind"])])


@given(
    actor=ACTORS,
    area=st.sampled_from([None, "north", "south"]),
    acknowledged_by=st.sampled_from([None, "amina", "rosalind"]),
    named=NAMED,
)
def test_who_sees_one_is_the_same_by_the_rule_and_in_sql(
    actor: Actor, area: str | None, acknowledged_by: str | None, named: frozenset[str]
) -> None:
    crisis = {"family_id": "own", "area": area, "raised_by": "amina", "acknowledged_by": acknowledged_by}
    restriction = {
        "family_id": "own" if named else "another",
        "source": "casework",
        "subject": min(named, default="amina"),
    }
    rows: dict[str, Row] = {
        "crises": {**crisis, "acknowledged_at": acknowledged_by and "2026-01-01"},
        "followed_restrictions": restriction,
    }
    by_service = {"casework": named}
    for predicate, expected in (
        (queries.visible_to(actor), rules.may_see_crisis(actor, area, "amina", acknowledged_by, by_service)),
        (queries.on_duty_for(actor), rules.is_on_duty_for(actor, area)),
        (queries.open_to(actor), rules.is_open_to(actor, acknowledged_by, by_service)),
    ):
        assert finds(predicate, "crises", rows) is expected


@pytest.mark.parametrize(
    ("acknowledged", "late_by", "status"),
    [(False, 0, "open"), (False, 1, "unanswered"), (True, 1, "acknowledged"), (True, -1, "acknowledged")],
)
def test_status_of(acknowledged: bool, late_by: int, status: str) -> None:
    now = clock.now()
    due_at = now - timedelta(seconds=late_by)
    assert rules.status_of(now if acknowledged else None, due_at, now) == status
