"""Families that the front door or casework restricts, on SQLite and on PostgreSQL."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import update

from services.centres.timetable.models import TimetableSession
from shared import clock
from shared.bus.interface import NotNow
from shared.contracts import casework, referrals
from shared.followed_restrictions import FollowedRestriction
from tests.service_under_test import ServiceUnderTest
from tests.services.centres.centres_made import open_family, session_of

EVENTS = {"casework": casework.FamilyRestricted, "referrals": referrals.FamilyRestricted}
SPEAK = "speak to the MASH manager"


async def _restrict(
    centres: ServiceUnderTest, family_id: UUID, *subjects: str, source: str = "casework", sequence: int = 1
) -> None:
    answer = {"family_id": str(family_id), "subjects": list(subjects)}
    centres.answers[f"http://{source}/v1/families/{family_id}/restriction"] = answer
    event = EVENTS[source](family_id=family_id, people=len(subjects), restricted_at=clock.now())
    await centres.deliver(event, sequence=sequence)


async def _raised(centres: ServiceUnderTest, family_id: UUID) -> str:
    sent = {"narrative": "They are at the door", "callback": "01235 520141", "family_id": str(family_id)}
    answer = await centres.as_("referrer", sub="amina").post("/crises", json=sent)
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def _book(centres: ServiceUnderTest, session_id: str, family_id: UUID, sub: str) -> httpx.Response:
    sent = {"family_id": str(family_id)}
    return await centres.as_("social_worker", sub=sub).post(f"/sessions/{session_id}/bookings", json=sent)


async def _record(centres: ServiceUnderTest, session_id: str, family_id: UUID, sub: str, **row: Any) -> httpx.Response:
    sent = {"families": [{"family_id": str(family_id), "attended": True, "child_ids": [], **row}]}
    return await centres.as_("centre_coordinator", sub=sub).post(f"/sessions/{session_id}/attendance", json=sent)


async def test_a_crisis_of_a_restricted_family_is_taken_up_by_anyone_on_duty(centres: ServiceUnderTest) -> None:
    family_id = uuid4()
    await _restrict(centres, family_id, "maria")
    crisis_id = await _raised(centres, family_id)
    duty, colleague, maria = (centres.as_("social_worker", sub=each) for each in ("noel", "petra", "maria"))
    seen = (await duty.get(f"/crises/{crisis_id}")).json()
    assert (seen["callback"], seen["family_id"], seen["child_ids"]) == ("01235 520141", None, [])
    assert SPEAK in seen["in_an_emergency"]
    assert [each["family_id"] for each in (await duty.get("/crises")).json()["items"]] == [None]
    assert (await maria.get(f"/crises/{crisis_id}")).json()["family_id"] == str(family_id)
    taken = await duty.post(f"/crises/{crisis_id}/acknowledgement", json={"text": "Going there"})
    assert (taken.status_code, taken.json()["family_id"]) == (200, None)
    assert (await duty.get(f"/crises/{crisis_id}")).status_code == 200
    hidden, missing = await colleague.get(f"/crises/{crisis_id}"), await colleague.get(f"/crises/{uuid4()}")
    assert (hidden.status_code, hidden.json()) == (404, missing.json())
    assert SPEAK in hidden.json()["detail"]
    assert (await colleague.get("/crises")).json()["items"] == []
    assert (await centres.as_("referrer", sub="amina").get(f"/crises/{crisis_id}")).json()["status"] == "acknowledged"
    await _restrict(centres, family_id, sequence=2)
    assert (await colleague.get(f"/crises/{crisis_id}")).json()["in_an_emergency"] is None


async def test_who_is_not_named_learns_of_no_booking_and_the_place_stays_taken(centres: ServiceUnderTest) -> None:
    targeted = await session_of(centres)
    partner = await session_of(
        centres,
        audience="partner",
        provider="Health visitors",
        staff=["w-2"],
        capacity=1,
        starts_at=f"{clock.today() + timedelta(days=8)}T10:00:00",
    )
    family_id, _ = await open_family(centres)
    await _restrict(centres, family_id, "maria")
    unknown, restricted = [await _book(centres, targeted, each, "noel") for each in (uuid4(), family_id)]
    assert (unknown.status_code, unknown.json()) == (restricted.status_code, restricted.json())
    assert restricted.json()["code"] == "not-open-to-the-service"
    before = await _book(centres, partner, family_id, "noel")
    for session_id in (targeted, partner):
        assert (await _book(centres, session_id, family_id, "maria")).status_code == 201
    after = await _book(centres, partner, family_id, "noel")
    assert (before.status_code, before.json()) == (after.status_code, after.json())
    assert (after.status_code, SPEAK in after.json()["detail"]) == (404, True)
    assert (await _book(centres, partner, uuid4(), "noel")).json()["status"] == "waiting"


async def test_a_restricted_family_is_not_in_the_register(centres: ServiceUnderTest) -> None:
    session_id = await session_of(centres)
    (family_id, _), (other, _) = [await open_family(centres) for _ in range(2)]
    await _restrict(centres, family_id, "maria", source="referrals")
    async with centres.database.begin() as session:
        await session.execute(update(TimetableSession).values(starts_at=clock.now() - timedelta(minutes=5)))
    before = await _record(centres, session_id, family_id, "noel", attended=False)
    for each in (family_id, other):
        assert (await _record(centres, session_id, each, "maria")).status_code == 201
    after = await _record(centres, session_id, family_id, "noel")
    assert (before.status_code, before.json()) == (after.status_code, after.json())
    [error] = after.json()["errors"]
    assert (error["field"], error["code"]) == ("/families/0/family_id", "not-found")
    for sub, families in (("noel", {str(other)}), ("maria", {str(other), str(family_id)})):
        listed = await centres.as_("centre_coordinator", sub=sub).get(f"/sessions/{session_id}/attendance")
        assert {each["family_id"] for each in listed.json()["items"]} == families


async def test_who_sees_is_named_by_every_service_that_restricts(centres: ServiceUnderTest) -> None:
    family_id = uuid4()
    session_id = await session_of(centres, audience="partner", provider="Health visitors")
    await _restrict(centres, family_id, "maria", "noel", source="casework")
    await _restrict(centres, family_id, "maria", "petra", source="referrals")
    for sub in ("noel", "petra"):
        assert (await _book(centres, session_id, family_id, sub)).status_code == 404
    await _restrict(centres, family_id, source="casework", sequence=2)
    assert (await _book(centres, session_id, family_id, "noel")).status_code == 404
    assert (await _book(centres, session_id, family_id, "petra")).status_code == 201


@pytest.mark.parametrize("source", ["casework", "referrals"])
async def test_facts_that_come_late_twice_or_together_leave_the_last(centres: ServiceUnderTest, source: str) -> None:
    family_id = uuid4()
    await _restrict(centres, family_id, "maria", "noel", source=source, sequence=3)
    for sequence in (1, 3):
        await _restrict(centres, family_id, source=source, sequence=sequence)
    assert await centres.count(FollowedRestriction) == 2
    await asyncio.gather(*(_restrict(centres, family_id, "petra", source=source, sequence=each) for each in (5, 4, 6)))
    assert await centres.count(FollowedRestriction) == 1


async def test_while_casework_is_down_the_restriction_waits(centres: ServiceUnderTest) -> None:
    with pytest.raises(NotNow):
        await centres.deliver(casework.FamilyRestricted(family_id=uuid4(), people=1, restricted_at=clock.now()))
