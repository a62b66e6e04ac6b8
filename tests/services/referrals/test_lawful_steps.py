"""A refused step names what may be done now, and whatever it names can be done."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.referrals.referrals.rules import CALLS, STEPS
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_decision, a_referral, answered, rated, submitted
from tests.services.referrals.test_information_requests import a_request

Made = Callable[[ServiceUnderTest], Awaitable[dict[str, Any]]]
SCHOOL = "Larkmead School"


async def _decided(referrals: ServiceUnderTest, sent: dict[str, Any], **changes: Any) -> dict[str, Any]:
    noel = referrals.as_("mash_manager", sub="noel")
    await answered(await noel.post(f"/referrals/{sent['id']}/decision", json=a_decision(**changes)), 200)
    return sent


async def _accepted(referrals: ServiceUnderTest) -> dict[str, Any]:
    return await _decided(referrals, await rated(referrals))


async def _waits_for_a_signature(referrals: ServiceUnderTest) -> dict[str, Any]:
    sent = await rated(referrals, concerns=["physical_abuse"], immediate_danger=True)
    reason = "The bruise is explained by the hospital"
    return await _decided(referrals, sent, outcome="early_help", level=2, reason=reason)


async def _withdrawn(referrals: ServiceUnderTest) -> dict[str, Any]:
    sent = await submitted(referrals)
    path = f"/referrals/{sent['id']}/withdrawal"
    await answered(await referrals.as_("mash_manager").post(path, json={"reason": "Twice"}), 200)
    return sent


async def _withdrawal_waits(referrals: ServiceUnderTest) -> dict[str, Any]:
    school = referrals.as_("referrer", organisation=SCHOOL)
    sent = await answered(await school.post("/referrals", json=a_referral(immediate_danger=True)))
    await answered(await school.post(f"/referrals/{sent['id']}/withdrawal", json={"reason": "Twice"}), 202)
    return sent


MADE: dict[str, Made] = {
    "submitted": submitted,
    "rated": rated,
    "withdrawal waits": _withdrawal_waits,
    "waits for a signature": _waits_for_a_signature,
    "accepted": _accepted,
    "withdrawn": _withdrawn,
}
BODIES: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "amend": {"changes": {"needs": ["health"]}, "reason": "The nurse rang"},
    "place": {"area": "north", "reason": "Lives in Banbury"},
    "confirm_organisation": {"organisation": SCHOOL, "reason": "The head confirms it"},
    "request_information": a_request(),
    "withdraw": {"reason": "Twice"},
    "refuse_withdrawal": {"accepted": False, "reason": "The danger stands"},
    "rate": {"rating": "green", "reason": "Seen"},
    "decide": a_decision(),
    "sign_off": {"agreed": True, "reason": "Clear"},
}


def test_every_step_has_its_call_and_every_call_is_a_route() -> None:
    assert CALLS.keys() == STEPS.keys()
    assert {*BODIES, "request_withdrawal"} == STEPS.keys()


async def _take(referrals: ServiceUnderTest, sent: dict[str, Any], step: str) -> Any:
    return await _call(referrals, CALLS[step].format(referral_id=sent["id"]), step)  # type: ignore[index]


async def _call(referrals: ServiceUnderTest, call: str, step: str) -> Any:
    """Through the gateway, which takes the service's name off the path."""
    path = call.removeprefix("POST /referrals/v1")
    return await referrals.as_("mash_manager", sub="olga").post(path, json=BODIES[step])


@pytest.mark.parametrize("made", MADE.values(), ids=MADE.keys())
@pytest.mark.parametrize("step", BODIES)
async def test_what_a_refusal_names_can_be_done(referrals: ServiceUnderTest, made: Made, step: str) -> None:
    sent = await made(referrals)
    answer = await _take(referrals, sent, step)
    if not answer.is_error:
        return
    problem = answer.json()
    assert answer.status_code == 409, answer.text
    assert step not in {each["step"] for each in problem["lawful"]}
    assert "`lawful`" in problem["detail"] or not problem["lawful"]
    for each in problem["lawful"]:
        assert each["call"].startswith(f"POST /referrals/v1/referrals/{sent['id']}/")
        other = await made(referrals)
        done = await _call(referrals, each["call"].replace(sent["id"], other["id"]), each["step"])
        assert done.is_success, (each, done.text)


async def test_a_refused_decision_names_the_rating_first(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    refused = await _take(referrals, sent, "decide")
    assert (refused.status_code, refused.json()["code"]) == (409, "referral-not-rated")
    call = f"POST /referrals/v1/referrals/{sent['id']}/rating"
    assert {"step": "rate", "call": call} in refused.json()["lawful"]
    assert (await _call(referrals, call, "rate")).is_success


async def test_nothing_can_be_done_with_what_was_withdrawn(referrals: ServiceUnderTest) -> None:
    problem = (await _take(referrals, await _withdrawn(referrals), "rate")).json()
    assert problem["lawful"] == []
    assert problem["detail"] == "Its status is withdrawn. What is new is another referral."
