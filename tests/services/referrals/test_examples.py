"""Every example in the description of the referrals service can be sent as it stands there."""

from typing import Any

import pytest

from tests.conftest import MakeDatabase, StartService
from tests.examples_of import Arranged, Arrangement, Example, examples_of, send, without_example
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral, answered, rated, submitted

SCHOOL = {"sub": "amina", "organisation": "Larkmead School"}
TRUST = "Oxford Health NHS Foundation Trust"
MARIA = "maria.lopez@county.example"


async def _nothing_before(referrals: ServiceUnderTest) -> Arranged:
    return Arranged(referrals.as_("mash_manager", sub=MARIA))


async def _a_referral(referrals: ServiceUnderTest) -> Arranged:
    sent = await submitted(referrals)
    return Arranged(referrals.as_("mash_manager", sub=MARIA), {"referral_id": sent["id"]})


async def _a_rated_referral(referrals: ServiceUnderTest) -> Arranged:
    sent = await rated(referrals)
    return Arranged(referrals.as_("mash_manager", sub=MARIA), {"referral_id": sent["id"]})


async def _a_decision_to_sign(referrals: ServiceUnderTest) -> Arranged:
    sent = await rated(referrals, concerns=["physical_abuse"])
    body = a_decision(level=2, outcome="early_help", reason="The injury is an accident")
    decider = referrals.as_("mash_practitioner", sub="noel")
    await answered(await decider.post(f"/referrals/{sent['id']}/decision", json=body), 200)
    return Arranged(referrals.as_("mash_manager", sub=MARIA), {"referral_id": sent["id"]})


async def _a_question_to_a_partner(referrals: ServiceUnderTest) -> Arranged:
    sent = await rated(referrals)
    body = {"partner": TRUST, "lawful_basis": "consent", "questions": ["Is he seen by you?"]}
    mash = referrals.as_("mash_practitioner")
    asked = await answered(await mash.post(f"/referrals/{sent['id']}/information-requests", json=body))
    return Arranged(referrals.as_("partner", organisation=TRUST), {"request_id": asked["id"]})


async def _an_answer_to_correct(referrals: ServiceUnderTest) -> Arranged:
    arranged = await _a_question_to_a_partner(referrals)
    answer = {"risk": "low", "summary": "Nothing is known."}
    path = f"/information-requests/{arranged.path['request_id']}/response"
    await answered(await arranged.client.post(path, json=answer), 200)
    return Arranged(arranged.client, arranged.path, headers={"If-Match": '"2"'})


async def _a_withdrawal_to_decide(referrals: ServiceUnderTest) -> Arranged:
    school, body = referrals.as_("referrer", **SCHOOL), a_referral(immediate_danger=True)
    sent = await answered(await school.post("/referrals", json=body))
    await answered(await school.post(f"/referrals/{sent['id']}/withdrawal", json={"reason": "Sent twice"}), 202)
    return Arranged(referrals.as_("mash_practitioner"), {"referral_id": sent["id"]})


async def _two_records(referrals: ServiceUnderTest) -> tuple[dict[str, Any], dict[str, Any]]:
    return await submitted(referrals), await submitted(referrals)


async def _a_referred_child_who_is_known(referrals: ServiceUnderTest) -> Arranged:
    known, sent = await _two_records(referrals)
    path = {"referral_id": sent["id"], "child_id": _child_of(sent)}
    return Arranged(referrals.as_("mash_practitioner"), path, {"matched_child_id": _child_of(known)})


async def _two_records_of_a_child(referrals: ServiceUnderTest) -> Arranged:
    one, other = await _two_records(referrals)
    ids = {"surviving_child_id": _child_of(one), "merged_child_id": _child_of(other)}
    return Arranged(referrals.as_("mash_practitioner"), body=ids)


async def _an_unborn_child(referrals: ServiceUnderTest) -> Arranged:
    unborn = a_child(date_of_birth=None, expected_date_of_birth="2026-02-10", sex="U")
    sent = await submitted(referrals, children=[unborn], received_at="2026-01-10T09:00:00Z")
    return Arranged(referrals.as_("mash_practitioner"), {"child_id": _child_of(sent)})


async def _a_merge(referrals: ServiceUnderTest) -> Arranged:
    arranged = await _two_records_of_a_child(referrals)
    merge = await answered(await arranged.client.post("/merges", json={**arranged.body, "reason": "One boy"}))
    return Arranged(arranged.client, {"merge_id": merge["id"]})


def _child_of(sent: dict[str, Any]) -> str:
    return str(sent["children"][0]["child_id"])


async def _a_family(referrals: ServiceUnderTest) -> Arranged:
    sent = await submitted(referrals)
    return Arranged(referrals.as_("mash_manager", sub=MARIA), {"family_id": sent["family_id"]})


async def _a_draft(referrals: ServiceUnderTest) -> Arranged:
    client = referrals.as_("referrer", **SCHOOL)
    draft = await answered(await client.post("/referral-drafts", json={}))
    return Arranged(client, {"draft_id": draft["id"]}, headers={"If-Match": '"1"'})


async def _a_consultation(referrals: ServiceUnderTest) -> Arranged:
    body = {
        "organisation": "Larkmead School",
        "role": "Class teacher",
        "question": "Should we refer?",
        "immediate_harm": False,
    }
    asked = await answered(await referrals.as_("referrer", **SCHOOL).post("/consultations", json=body))
    return Arranged(referrals.as_("mash_practitioner"), {"consultation_id": asked["id"]})


async def _a_link_worker(referrals: ServiceUnderTest) -> Arranged:
    client = referrals.as_("mash_manager")
    link_worker = await answered(await client.post("/link-workers", json={"name": "Ahmed Rahman", "area": "north"}))
    return Arranged(client, {"link_worker_id": link_worker["id"]}, headers={"If-Match": '"1"'})


ARRANGEMENTS: dict[str, Arrangement] = {
    "POST /v1/referrals": _nothing_before,
    "POST /v1/referrals/{referral_id}/rating": _a_referral,
    "POST /v1/referrals/{referral_id}/placement": _a_referral,
    "POST /v1/referrals/{referral_id}/acknowledgement": _a_referral,
    "POST /v1/referrals/{referral_id}/withdrawal": _a_referral,
    "POST /v1/referrals/{referral_id}/withdrawal/decision": _a_withdrawal_to_decide,
    "POST /v1/referrals/{referral_id}/organisation": _a_referral,
    "POST /v1/referrals/{referral_id}/amendments": _a_referral,
    "POST /v1/referrals/{referral_id}/information-requests": _a_rated_referral,
    "POST /v1/information-requests/{request_id}/response": _a_question_to_a_partner,
    "PUT /v1/information-requests/{request_id}/response": _an_answer_to_correct,
    "POST /v1/referrals/{referral_id}/decision": _a_rated_referral,
    "POST /v1/referrals/{referral_id}/decision/sign-off": _a_decision_to_sign,
    "POST /v1/referrals/{referral_id}/matches/{child_id}": _a_referred_child_who_is_known,
    "POST /v1/merges": _two_records_of_a_child,
    "POST /v1/children/{child_id}/corrections": _an_unborn_child,
    "POST /v1/merges/{merge_id}/reversal": _a_merge,
    "POST /v1/people/search": _a_referral,
    "POST /v1/families/{family_id}/restriction": _a_family,
    "POST /v1/referral-drafts": _nothing_before,
    "PUT /v1/referral-drafts/{draft_id}": _a_draft,
    "POST /v1/consultations": _nothing_before,
    "POST /v1/consultations/{consultation_id}/advice": _a_consultation,
    "POST /v1/link-workers": _nothing_before,
    "PUT /v1/link-workers/{link_worker_id}": _a_link_worker,
}


def test_every_body_has_an_example_and_an_arrangement() -> None:
    assert without_example("referrals") == []
    assert {example.route for example in examples_of("referrals")} == set(ARRANGEMENTS)


@pytest.mark.parametrize("example", examples_of("referrals"), ids=str)
async def test_an_example_can_be_sent(example: Example, start: StartService, make_sqlite: MakeDatabase) -> None:
    referrals = await start("referrals", make_sqlite("referrals"))
    answer = await send(example, await ARRANGEMENTS[example.route](referrals))
    assert answer.is_success, answer.text
