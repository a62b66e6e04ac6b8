"""An overdue decision is announced once for each due time, whatever stops and starts in between."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import time_machine
from sqlalchemy import update

from services.referrals.background import TIMERS
from services.referrals.referrals import actions
from services.referrals.referrals.models import Referral
from shared import clock
from shared.contracts.referrals import ReferralDecisionOverdue
from tests.conftest import StartService
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_decision, answered, rated, submitted

LONG_AGO = "2026-01-05T09:00:00Z"


async def _turn(referrals: ServiceUnderTest) -> int:
    [timer] = [timer for timer in TIMERS if timer.name == "announce_overdue_decisions"]
    async with referrals.database.begin() as session:
        return await timer.turn(session)


async def _announced(referrals: ServiceUnderTest) -> list[Any]:
    return await referrals.events(ReferralDecisionOverdue)


async def _rate(referrals: ServiceUnderTest, sent: dict[str, Any], rating: str) -> dict[str, Any]:
    client = referrals.as_("mash_practitioner")
    return await answered(
        await client.post(f"/referrals/{sent['id']}/rating", json={"rating": rating, "reason": "r"}), 200
    )


async def test_an_overdue_decision_is_announced_once_through_restarts(
    referrals: ServiceUnderTest, start: StartService
) -> None:
    late = await submitted(referrals, received_at=LONG_AGO, immediate_danger=True)
    await submitted(referrals)
    again = await start("referrals", str(referrals.database.url.render_as_string(hide_password=False)))
    assert [await _turn(service) for service in (referrals, again, referrals)] == [1, 0, 0]
    [event] = await _announced(referrals)
    assert event.model_dump(mode="json") == {
        "referral_id": late["id"],
        "area": "south",
        "rating": None,
        "decision_due_at": late["decision_due_at"],
        "immediate_danger": True,
        "family_id": late["family_id"],
        "child_ids": [child["child_id"] for child in late["children"]],
    }


async def test_two_processes_at_one_moment_announce_it_once(referrals: ServiceUnderTest, start: StartService) -> None:
    for _ in range(3):
        await submitted(referrals, received_at=LONG_AGO)
    again = await start("referrals", str(referrals.database.url.render_as_string(hide_password=False)))
    turns = await asyncio.gather(*(_turn(service) for service in (referrals, again, referrals, again)))
    assert sum(turns) == len(await _announced(referrals)) == 3


async def test_a_turn_takes_some_and_the_next_the_rest(referrals: ServiceUnderTest, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "ANNOUNCED_AT_ONCE", 2)
    sent = [await submitted(referrals, received_at=f"2026-01-0{day}T09:00:00Z") for day in (7, 5, 6)]
    assert [await _turn(referrals) for _ in range(3)] == [2, 1, 0]
    order = [str(event.referral_id) for event in await _announced(referrals)]
    assert order == [sent[1]["id"], sent[2]["id"], sent[0]["id"]]  # what is due longest comes first


async def test_what_is_decided_or_withdrawn_or_not_due_is_not_announced(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("mash_manager")
    decided, withdrawn = [await rated(referrals, received_at=LONG_AGO) for _ in range(2)]
    await answered(await client.post(f"/referrals/{decided['id']}/decision", json=a_decision()), 200)
    await answered(await client.post(f"/referrals/{withdrawn['id']}/withdrawal", json={"reason": "r"}), 200)
    await rated(referrals)  # neither due
    with time_machine.travel(clock.now() - timedelta(days=2), tick=False):
        unrated = await submitted(referrals)
    assert datetime.fromisoformat(unrated["decision_due_at"]) > clock.now()
    assert await _turn(referrals) == 0


async def test_a_later_due_time_that_passes_is_announced_too(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals, immediate_danger=True)
    due = datetime.fromisoformat(sent["decision_due_at"])
    with time_machine.travel(due, tick=False):
        assert await _turn(referrals) == 0
    with time_machine.travel(due + timedelta(seconds=1), tick=False):
        assert await _turn(referrals) == 1
        rating = await _rate(referrals, sent, "red")  # due at the same moment
        assert await _turn(referrals) == 0
        rating = await _rate(referrals, sent, "green")  # no rating gives more time than the danger
        assert rating["decision_due_at"] == sent["decision_due_at"]
        safe = {"changes": {"immediate_danger": False}, "reason": "With the grandmother"}
        path = f"/referrals/{sent['id']}/amendments"
        await answered(await referrals.as_("mash_practitioner").post(path, json=safe), 200)
        rating = await _rate(referrals, sent, "green")
        assert await _turn(referrals) == 0
    with time_machine.travel(datetime.fromisoformat(rating["decision_due_at"]) + timedelta(seconds=1), tick=False):
        assert [await _turn(referrals), await _turn(referrals)] == [1, 0]
        await _rate(referrals, sent, "amber")  # due before what was announced
        assert await _turn(referrals) == 0
    events = await _announced(referrals)
    assert [event.rating for event in events] == [None, "green"]
    assert events[0].decision_due_at < events[1].decision_due_at


async def test_a_decision_that_waits_for_its_second_signature_is_overdue_as_well(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals, received_at=LONG_AGO)
    async with referrals.database.begin() as session:
        await session.execute(update(Referral).values(status="awaiting_sign_off"))
    assert await _turn(referrals) == 1
    assert [str(event.referral_id) for event in await _announced(referrals)] == [sent["id"]]
