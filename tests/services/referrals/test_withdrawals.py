"""A referrer takes a referral back alone where little is at stake; else the MASH decides on the request."""

import asyncio
from typing import Any

import httpx
import pytest

from shared.contracts.referrals import ReferralWithdrawn
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_decision, a_referral, answered, fields_of

SCHOOL = {"sub": "amina", "organisation": "Larkmead School"}
WRONG_CHILD = {"reason": "Another child of this name"}


async def _from_school(referrals: ServiceUnderTest, rating: str | None = None, **changes: Any) -> dict[str, Any]:
    sent = await answered(await referrals.as_("referrer", **SCHOOL).post("/referrals", json=a_referral(**changes)))
    if rating:
        await _rate(referrals, sent, rating)
    return sent


async def _rate(referrals: ServiceUnderTest, sent: dict[str, Any], rating: str) -> None:
    mash = referrals.as_("mash_practitioner", sub="maria")
    await answered(await mash.post(f"/referrals/{sent['id']}/rating", json={"rating": rating, "reason": "r"}), 200)


async def _ask(referrals: ServiceUnderTest, sent: dict[str, Any]) -> httpx.Response:
    return await referrals.as_("referrer", **SCHOOL).post(f"/referrals/{sent['id']}/withdrawal", json=WRONG_CHILD)


async def _decide(referrals: ServiceUnderTest, sent: dict[str, Any], accepted: bool, sub: str = "noel") -> Any:
    body = {"accepted": accepted, "reason": "The school nurse was asked"}
    return await referrals.as_("mash_manager", sub=sub).post(f"/referrals/{sent['id']}/withdrawal/decision", json=body)


async def _whole(referrals: ServiceUnderTest, sent: dict[str, Any]) -> dict[str, Any]:
    return await answered(await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}"), 200)


async def _steps(referrals: ServiceUnderTest, sent: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    log = await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}/changes")
    return [(each["step"], each["by"], each["reason"]) for each in log.json()["items"]]


@pytest.mark.parametrize("rating", [None, "green"])
async def test_what_is_not_at_risk_is_withdrawn_at_once_and_announced(
    referrals: ServiceUnderTest, rating: str | None
) -> None:
    sent = await _from_school(referrals, rating)
    shown = await answered(await _ask(referrals, sent), 200)
    assert (shown["status"], shown["withdrawal_requested_at"]) == ("withdrawn", None)
    [event] = await referrals.events(ReferralWithdrawn)
    assert isinstance(event, ReferralWithdrawn)
    assert (str(event.referral_id), str(event.family_id), event.rating) == (sent["id"], sent["family_id"], rating)
    assert [str(each) for each in event.child_ids] == [each["child_id"] for each in sent["children"]]


@pytest.mark.parametrize(
    ("rating", "danger"), [("red", False), ("amber", False), (None, True), ("green", True), ("red", True)]
)
async def test_what_is_at_risk_waits_for_the_mash(
    referrals: ServiceUnderTest, rating: str | None, danger: bool
) -> None:
    sent = await _from_school(referrals, rating, immediate_danger=danger)
    requested = await answered(await _ask(referrals, sent), 202)
    assert requested["status"] == ("rated" if rating else "submitted")
    assert requested["withdrawal_requested_at"] is not None
    assert await referrals.events(ReferralWithdrawn) == []
    mash = referrals.as_("mash_manager")
    [queued] = (await mash.get("/referrals")).json()["items"]
    assert queued["withdrawal_requested_at"] == requested["withdrawal_requested_at"]
    whole = await _whole(referrals, sent)
    assert whole["withdrawal_request"] == {
        **WRONG_CHILD,
        "requested_at": requested["withdrawal_requested_at"],
        "requested_by": "amina",
        **dict.fromkeys(("accepted", "decision_reason", "decided_at", "decided_by")),
    }
    again = await _ask(referrals, sent)
    assert (again.status_code, again.json()["code"]) == (409, "withdrawal-already-requested")


async def test_the_mash_refuses_with_a_reason_and_the_referral_stands(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals, "amber")
    before = await _decide(referrals, sent, False)
    assert (before.status_code, before.json()["code"]) == (409, "no-withdrawal-requested")
    await _ask(referrals, sent)
    path = f"/referrals/{sent['id']}/withdrawal/decision"
    unexplained = await referrals.as_("mash_manager").post(path, json={"accepted": False})
    assert (unexplained.status_code, fields_of(unexplained)) == (422, ["/reason"])
    assert (await referrals.as_("referrer", **SCHOOL).post(path, json={})).status_code == 403
    refused = await answered(await _decide(referrals, sent, False), 200)
    assert (refused["status"], refused["withdrawal_requested_at"]) == ("rated", None)
    assert (refused["withdrawal_request"]["accepted"], refused["withdrawal_request"]["decided_by"]) == (False, "noel")
    outcome = await referrals.as_("referrer", **SCHOOL).get(f"/referrals/{sent['id']}/outcome")
    assert outcome.json()["withdrawal_refused_at"] == refused["withdrawal_request"]["decided_at"]
    assert "nurse" not in outcome.text
    assert (await _ask(referrals, sent)).status_code == 202
    assert (await _steps(referrals, sent))[2:] == [
        ("request_withdrawal", "amina", WRONG_CHILD["reason"]),
        ("refuse_withdrawal", "noel", "The school nurse was asked"),
        ("request_withdrawal", "amina", WRONG_CHILD["reason"]),
    ]


async def test_the_mash_accepts_and_the_referral_is_withdrawn(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals, "red")
    await _ask(referrals, sent)
    accepted = await answered(await _decide(referrals, sent, True), 200)
    assert (accepted["status"], accepted["withdrawal_requested_at"]) == ("withdrawn", None)
    assert len(await referrals.events(ReferralWithdrawn)) == 1
    late = await _decide(referrals, sent, False)
    assert (late.status_code, late.json()["present_status"]) == (409, "withdrawn")


async def test_the_mash_withdraws_by_itself_and_answers_a_request_with_it(referrals: ServiceUnderTest) -> None:
    for asked in (False, True):
        sent = await _from_school(referrals, "red")
        if asked:
            await _ask(referrals, sent)
        mash = referrals.as_("mash_practitioner", sub="maria")
        shown = await answered(await mash.post(f"/referrals/{sent['id']}/withdrawal", json=WRONG_CHILD), 200)
        assert shown["status"] == "withdrawn"
        assert (shown["withdrawal_request"] or {}).get("decided_by") == ("maria" if asked else None)


async def test_a_decision_ends_the_request(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals, "amber")
    await _ask(referrals, sent)
    mash = referrals.as_("mash_practitioner")
    decided = await answered(await mash.post(f"/referrals/{sent['id']}/decision", json=a_decision()), 200)
    assert (decided["withdrawal_requested_at"], decided["withdrawal_request"]["accepted"]) == (None, None)
    late = await _decide(referrals, sent, True)
    assert (late.status_code, late.json()["code"]) == (409, "referral-already-decided")


async def test_of_answers_and_requests_at_one_moment_one_of_each_counts(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals, "red")
    asked = await asyncio.gather(*(_ask(referrals, sent) for _ in range(3)))
    assert sorted(answer.status_code for answer in asked) == [202, 409, 409]
    decided = await asyncio.gather(*(_decide(referrals, sent, accepted) for accepted in (True, False, True)))
    assert sorted(answer.status_code for answer in decided) in ([200, 409, 409],)
    withdrawn = (await _whole(referrals, sent))["status"] == "withdrawn"
    assert len(await referrals.events(ReferralWithdrawn)) == withdrawn


async def test_a_withdrawal_and_a_rating_at_one_moment_leave_one_story(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals)
    mash = referrals.as_("mash_practitioner")
    rating = mash.post(f"/referrals/{sent['id']}/rating", json={"rating": "red", "reason": "A bruise"})
    taken_back, rated = await asyncio.gather(_ask(referrals, sent), rating)
    whole = await _whole(referrals, sent)
    if whole["status"] == "withdrawn":
        assert (taken_back.status_code, rated.status_code) == (200, 409)
    else:
        assert (taken_back.status_code, rated.status_code, whole["rating"]) == (202, 200, "red")
