"""Decisions against a migrated database: explained, signed by a second person where one must, and kept as made."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select

from services.referrals.decisions.models import Decision, Signature
from services.referrals.thresholds.models import KeyWorker
from shared import clock
from shared.audit import AuditRow
from shared.contracts.casework import CaseAllocated
from shared.contracts.event import Event
from shared.contracts.referrals import ReferralAccepted, ReferralClosed
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.open_cases_made import let_casework_show
from tests.services.referrals.referrals_sent import (
    a_decision,
    answered,
    fields_of,
    rated,
    submitted,
)

BELOW = a_decision(outcome="early_help", level=2, reason="The bruise is explained by the hospital")


async def test_a_repeated_decision_with_its_key_is_answered_as_the_first(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    client = referrals.as_("mash_practitioner")
    path, headers = f"/referrals/{sent['id']}/decision", {"Idempotency-Key": "d"}
    answers = await asyncio.gather(*(client.post(path, json=a_decision(), headers=headers) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(await referrals.events(ReferralAccepted)) == 1


async def test_an_accepted_decision_is_announced_with_the_case_it_opens(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    answer = await referrals.as_("mash_manager").post(f"/referrals/{sent['id']}/decision", json=a_decision())
    assert answer.json()["status"] == "accepted"
    [event] = await referrals.events(ReferralAccepted)
    assert isinstance(event, ReferralAccepted)
    assert str(event.referral_id) == sent["id"]
    assert [str(child_id) for child_id in event.child_ids] == [child["child_id"] for child in sent["children"]]


@pytest.mark.parametrize("outcome", ["early_help", "signposted", "transferred", "no_further_action"])
async def test_a_decision_below_the_threshold_opens_no_case(referrals: ServiceUnderTest, outcome: str) -> None:
    sent = await rated(referrals)
    decision = a_decision(outcome=outcome, level=2, primary_need=None)
    answer = await referrals.as_("mash_manager").post(f"/referrals/{sent['id']}/decision", json=decision)
    assert answer.json()["status"] == "not_accepted"
    assert len(await referrals.events(ReferralClosed)) == 1
    assert await referrals.events(ReferralAccepted) == []


@pytest.mark.parametrize(
    ("outcome", "level"), [("strategy_discussion", 4), ("assessment", 3), ("thriving_families", 3)]
)
async def test_what_goes_on_to_the_family_support_service_has_a_primary_need(
    referrals: ServiceUnderTest, outcome: str, level: int
) -> None:
    path = f"/referrals/{(await rated(referrals))['id']}/decision"
    decision = a_decision(outcome=outcome, level=level, primary_need=None, reason="As all of us saw it together")
    refused = await referrals.as_("mash_manager").post(path, json=decision)
    assert (refused.status_code, refused.json()["census_rule"]) == (422, "8610")
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [("/primary_need", "missing")]
    assert await referrals.events(ReferralAccepted) == []


async def test_two_decisions_at_one_moment_leave_one(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    path = f"/referrals/{sent['id']}/decision"
    client = referrals.as_("mash_practitioner")
    answers = await asyncio.gather(*(client.post(path, json=a_decision()) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await referrals.events(ReferralAccepted)) == 1


async def test_a_decision_waits_for_a_rating_unless_a_child_is_in_danger(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("mash_practitioner")
    calm, danger = await submitted(referrals), await submitted(referrals, immediate_danger=True)
    refused = await client.post(f"/referrals/{calm['id']}/decision", json=a_decision())
    assert (refused.status_code, refused.json()["code"]) == (409, "referral-not-rated")
    urgent = a_decision(outcome="strategy_discussion", level=4)
    accepted = await client.post(f"/referrals/{danger['id']}/decision", json=urgent)
    assert accepted.status_code == 200


async def test_a_decision_is_explained_as_it_was_made(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    client, path = referrals.as_("mash_manager", sub="noel"), f"/referrals/{sent['id']}"
    before = await answered(await client.get(f"{path}/threshold"), 200)
    assert (before["level"], before["suggested_outcome"]) == (3, "assessment")
    assert {"rule": "neglect", "because": "Among the concerns: Neglect"} in before["met"]
    assert "physical_abuse" in [each["rule"] for each in before["not_met"]]
    assert (before["offers"], before["offers_available"], before["re_referral"]) == ([], None, False)
    await answered(await client.post(f"{path}/decision", json=a_decision(reason="Yes")), 200)
    amendment = {"changes": {"concerns": ["physical_abuse"]}, "reason": "The school rang again"}
    await answered(await client.post(f"{path}/amendments", json=amendment), 200)
    assert (await client.get(f"{path}/threshold")).json()["level"] == 4
    kept = await answered(await client.get(f"{path}/decisions", headers={"Access-Reason": "complaint"}), 200)
    [decision] = kept["items"]
    assert {name: decision[name] for name in ("state", "departs", "decided_by", "reason", "signature")} == {
        "state": "in_force",
        "departs": False,
        "decided_by": "noel",
        "reason": "Yes",
        "signature": None,
    }
    assert [decision[name] for name in ("rules_version", "met", "not_met")] == [
        before[name] for name in ("rules_version", "met", "not_met")
    ]
    assert decision["facts"]["concerns"] == ["neglect"]
    async with referrals.database.read() as session:
        looks = select(AuditRow.action, AuditRow.reason).where(AuditRow.action.endswith("_look"))
        seen = [tuple(row) for row in await session.execute(looks.order_by(AuditRow.id))]
    assert seen == [("threshold_look", None), ("threshold_look", None), ("decisions_look", "complaint")]


async def test_what_is_in_no_reach_of_the_caller_is_not_explained(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    client = referrals.as_("mash_manager", area="north")
    paths = [f"/referrals/{sent['id']}/{part}" for part in ("threshold", "decisions")]
    answers = [await client.get(path) for path in paths]
    answers.append(await client.post(f"/referrals/{sent['id']}/decision", json=a_decision(outcome="signposted")))
    answers.append(
        await client.post(f"/referrals/{sent['id']}/decision/sign-off", json={"agreed": True, "reason": "r"})
    )
    assert [answer.status_code for answer in answers] == [404] * 4
    assert [(await referrals.as_("referrer").get(path)).status_code for path in paths] == [403] * 2
    not_one = await client.post("/referrals/not-one/decision", json=a_decision(level=9))
    assert (not_one.status_code, fields_of(not_one)) == (422, ["/referral_id", "/level"])


@pytest.mark.parametrize("departure", [{"outcome": "no_further_action", "level": 3}, {"level": 4}])
async def test_a_departure_needs_more_than_a_word(referrals: ServiceUnderTest, departure: dict[str, Any]) -> None:
    sent = await rated(referrals)
    client, path = referrals.as_("mash_practitioner"), f"/referrals/{sent['id']}/decision"
    refused = await client.post(path, json=a_decision(reason="Unfounded", **departure))
    assert (refused.status_code, fields_of(refused)) == (422, ["/reason"])
    assert refused.json()["errors"][0]["code"] == "reason-too-short"
    assert await referrals.count(Decision) == 0
    decided = await answered(await client.post(path, json=a_decision(reason="Seen at home today", **departure)), 200)
    assert decided["signature_because"] is None


async def _awaiting(referrals: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    """A referral that Noel decided below level 4."""
    sent = await rated(referrals, concerns=["physical_abuse"], **changes)
    noel = referrals.as_("mash_manager", sub="noel")
    decided = await answered(await noel.post(f"/referrals/{sent['id']}/decision", json=BELOW), 200)
    assert (decided["status"], decided["decided_at"]) == ("awaiting_sign_off", None)
    assert decided["signature_because"] == "below_suggested_level_4"
    return decided


def _sign(
    referrals: ServiceUnderTest, sent: dict[str, Any], by: str, role: str = "mash_manager", **changes: Any
) -> Any:
    body = {"agreed": True, "reason": "The hospital's letter is clear", **changes}
    return referrals.as_(role, sub=by).post(f"/referrals/{sent['id']}/decision/sign-off", json=body)


async def _decisions(referrals: ServiceUnderTest, sent: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}/decisions")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _closed(referrals: ServiceUnderTest) -> list[Event]:
    return [*await referrals.events(ReferralClosed), *await referrals.events(ReferralAccepted)]


async def test_a_decision_below_level_4_is_in_force_with_a_second_persons_signature(
    referrals: ServiceUnderTest,
) -> None:
    sent = await _awaiting(referrals)
    assert await _closed(referrals) == []
    outcome = await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}/outcome")
    assert (outcome.json()["outcome"], outcome.json()["decided_at"]) == (None, None)
    again = await referrals.as_("mash_manager").post(f"/referrals/{sent['id']}/decision", json=a_decision())
    assert (again.status_code, again.json()["present_status"]) == (409, "awaiting_sign_off")
    own = await _sign(referrals, sent, "noel")
    assert (own.status_code, own.json()["code"]) == (409, "own-decision")
    assert (await _sign(referrals, sent, "maria", "mash_practitioner")).status_code == 403
    early = await _sign(referrals, sent, "olga", signed_at=sent["rated_at"])
    assert (early.status_code, fields_of(early)) == (422, ["/signed_at"])
    assert await referrals.count(Signature) == 0
    signed = await answered(await _sign(referrals, sent, "olga"), 200)
    assert (signed["status"], signed["outcome"], signed["decided_by"]) == ("not_accepted", "early_help", "noel")
    [event] = await _closed(referrals)
    assert isinstance(event, ReferralClosed)
    [decision] = await _decisions(referrals, sent)
    assert (decision["state"], decision["signature"]["signed_by"]) == ("in_force", "olga")
    assert (
        event.decided_at.isoformat().replace("+00:00", "Z")
        == signed["decided_at"]
        == decision["signature"]["signed_at"]
    )
    assert decision["decided_at"] < signed["decided_at"]
    late = await _sign(referrals, sent, "pia")
    assert (late.status_code, late.json()["code"]) == (409, "referral-already-decided")


async def test_a_decision_that_is_not_agreed_stays_on_record_and_another_is_made(referrals: ServiceUnderTest) -> None:
    sent = await _awaiting(referrals)
    refused = await answered(await _sign(referrals, sent, "olga", agreed=False, reason="No letter is there"), 200)
    assert refused["status"] == "rated"
    assert [refused[name] for name in ("outcome", "level", "decision_reason", "primary_need", "decided_by")] == [
        None
    ] * 5
    assert (await _sign(referrals, sent, "olga")).json()["code"] == "step-not-possible"
    body = a_decision(outcome="strategy_discussion", level=4)
    anew = await referrals.as_("mash_manager", sub="noel").post(f"/referrals/{sent['id']}/decision", json=body)
    assert anew.json()["status"] == "accepted"
    assert [decision["state"] for decision in await _decisions(referrals, sent)] == ["not_agreed", "in_force"]
    assert len(await _closed(referrals)) == 1


async def test_immediate_danger_decided_before_a_rating_goes_back_to_before_it(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals, immediate_danger=True)
    noel = referrals.as_("mash_manager", sub="noel")
    decided = await answered(await noel.post(f"/referrals/{sent['id']}/decision", json=BELOW), 200)
    assert decided["status"] == "awaiting_sign_off"
    assert (await _sign(referrals, sent, "olga", agreed=False)).json()["status"] == "submitted"


async def test_of_two_signatures_at_one_moment_one_wins(referrals: ServiceUnderTest) -> None:
    sent = await _awaiting(referrals)
    signatures: list[dict[str, Any]] = [{"by": "olga"}, {"by": "pia", "agreed": False}, {"by": "rosa"}]
    answers: list[httpx.Response] = await asyncio.gather(*(_sign(referrals, sent, **each) for each in signatures))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert await referrals.count(Signature) == 1
    [decision] = await _decisions(referrals, sent)
    assert len(await _closed(referrals)) == decision["signature"]["agreed"]


async def _same_child(referrals: ServiceUnderTest, sent: dict[str, Any], known: dict[str, Any]) -> None:
    """A person confirms that the child of one referral is the child of another."""
    path = f"/referrals/{sent['id']}/matches/{sent['children'][0]['child_id']}"
    body = {"matched_child_id": known["children"][0]["child_id"], "reason": "Same NHS number"}
    answer = await referrals.as_("mash_practitioner").post(path, json=body)
    assert answer.is_success, answer.text


def _days_ago(days: int) -> str:
    return (clock.now() - timedelta(days=days)).isoformat()


def _allocated(sent: dict[str, Any], worker_id: UUID, case_id: UUID) -> CaseAllocated:
    return CaseAllocated(
        case_id=case_id,
        family_id=UUID(sent["family_id"]),
        worker_id=worker_id,
        area="south",
        children=1,
        starts_on=clock.today(),
    )


async def test_a_third_referral_in_12_months_shows_the_others_and_is_not_closed_by_one_person(
    referrals: ServiceUnderTest,
) -> None:
    mild: dict[str, Any] = {"concerns": ["young_carer"], "needs": []}
    long_ago = await rated(referrals, received_at="2024-01-05T09:00:00Z", **mild)
    first, taken_back, second = [await rated(referrals, received_at=_days_ago(days), **mild) for days in (40, 30, 20)]
    noel = referrals.as_("mash_manager", sub="noel")
    await answered(await noel.post(f"/referrals/{taken_back['id']}/withdrawal", json={"reason": "Sent twice"}), 200)
    closing = a_decision(outcome="no_further_action", level=3, reason="Supported by the school")
    decided = a_decision(reason="The family asks for it")
    await answered(await noel.post(f"/referrals/{first['id']}/decision", json=decided), 200)
    third = await rated(referrals, **mild)
    for each in (long_ago, taken_back, second, third):
        await _same_child(referrals, each, first)
    assert (await noel.post(f"/referrals/{second['id']}/decision", json=closing)).json()["status"] == "not_accepted"
    case_id, worker_id = uuid4(), uuid4()
    let_casework_show(referrals, case_id, UUID(first["family_id"]), [], is_open=False)
    await referrals.deliver(_allocated(first, worker_id, case_id), sequence=3)
    await referrals.deliver(_allocated(first, uuid4(), case_id), sequence=2)

    threshold = (await noel.get(f"/referrals/{third['id']}/threshold")).json()
    shown = [(each["referral_id"], each["outcome"], each["decided_by"]) for each in threshold["previous_referrals"]]
    assert shown == [(second["id"], "no_further_action", "noel"), (first["id"], "assessment", "noel")]
    assert [each["key_worker_id"] for each in threshold["previous_referrals"]] == [None, str(worker_id)]
    assert (threshold["re_referral"], threshold["previous_worker_id"]) == (True, str(worker_id))
    assert "third_referral" in [each["rule"] for each in threshold["met"]]
    assert await referrals.count(KeyWorker) == 1
    third_decision = await noel.post(f"/referrals/{third['id']}/decision", json=closing)
    assert (third_decision.json()["status"], third_decision.json()["signature_because"]) == (
        "awaiting_sign_off",
        "no_further_action_on_third_referral",
    )
    assert (await _sign(referrals, third, "olga")).json()["status"] == "not_accepted"


async def test_a_partner_that_sees_a_high_risk_raises_the_level(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    mash, partner = referrals.as_("mash_practitioner"), referrals.as_("partner", organisation="Thames Valley Police")
    body = {"partner": "Thames Valley Police", "lawful_basis": "consent", "questions": ["Any call-outs?"]}
    asked = await answered(await mash.post(f"/referrals/{sent['id']}/information-requests", json=body))
    answer = {"risk": "high", "summary": "Three call-outs this month"}
    assert (await partner.post(f"/information-requests/{asked['id']}/response", json=answer)).is_success
    threshold = (await mash.get(f"/referrals/{sent['id']}/threshold")).json()
    assert (threshold["level"], threshold["suggested_outcome"]) == (4, "strategy_discussion")
    assert [(each["partner"], each["risk"]) for each in threshold["partner_answers"]] == [
        ("Thames Valley Police", "high")
    ]


async def test_early_help_names_the_link_worker_of_the_referrers_organisation(referrals: ServiceUnderTest) -> None:
    manager = referrals.as_("mash_manager")
    person = {
        "name": "Lena Moss",
        "area": "south",
        "organisations": ["Larkmead School"],
        "email": "lena@county.example",
    }
    link_worker = await answered(await manager.post("/link-workers", json=person))
    sent = await rated(referrals)
    await answered(await manager.post(f"/referrals/{sent['id']}/decision", json={**BELOW}), 200)
    whole = (await manager.get(f"/referrals/{sent['id']}")).json()
    [decision] = await _decisions(referrals, sent)
    assert (
        whole["link_worker"]
        == decision["link_worker"]
        == {
            "id": link_worker["id"],
            "name": "Lena Moss",
            "email": "lena@county.example",
            "phone": None,
        }
    )
    unlinked = await rated(referrals, referrer={"name": "A", "organisation": "Elsewhere School", "source": "2A"})
    decided = await answered(await manager.post(f"/referrals/{unlinked['id']}/decision", json=BELOW), 200)
    assert decided["link_worker"] is None
