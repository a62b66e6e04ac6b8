"""Whose a referral is: a referrer names the own organisation, and the MASH confirms the one that rang."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_referral, answered, fields_of, rated, submitted

SCHOOL = "Larkmead School"


async def _confirm(referrals: ServiceUnderTest, sent: dict[str, Any], organisation: str = SCHOOL) -> httpx.Response:
    body = {"organisation": organisation, "reason": "Rung back at its own number"}
    mash = referrals.as_("mash_practitioner", sub="maria")
    return await mash.post(f"/referrals/{sent['id']}/organisation", json=body)


def _seen_by(referrals: ServiceUnderTest, organisation: str) -> httpx.AsyncClient:
    return referrals.as_("referrer", sub=organisation, organisation=organisation)


async def test_a_telephone_referral_is_visible_to_the_organisation_once_it_is_confirmed(
    referrals: ServiceUnderTest,
) -> None:
    sent = await submitted(referrals)
    path = f"/referrals/{sent['id']}/outcome"
    assert (await _seen_by(referrals, SCHOOL).get(path)).status_code == 404
    confirmed = await answered(await _confirm(referrals, sent), 200)
    assert (confirmed["organisation"], confirmed["organisation_confirmed_by"]) == (SCHOOL, "maria")
    assert (await _seen_by(referrals, SCHOOL).get(path)).json()["reference"] == sent["reference"]
    assert [each["id"] for each in (await _seen_by(referrals, SCHOOL).get("/referrals")).json()["items"]] == [
        sent["id"]
    ]
    assert (await _seen_by(referrals, "Elsewhere").get(path)).status_code == 404


async def test_a_wrong_organisation_is_confirmed_anew_and_both_are_on_record(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    await answered(await _confirm(referrals, sent, "Elsewhere"), 200)
    await answered(await _confirm(referrals, sent), 200)
    path = f"/referrals/{sent['id']}"
    seen = [(await _seen_by(referrals, name).get(f"{path}/outcome")).status_code for name in ("Elsewhere", SCHOOL)]
    assert seen == [404, 200]
    changes = (await referrals.as_("mash_manager").get(f"{path}/changes")).json()["items"]
    assert [(each["step"], each["values"]["old"], each["values"]["new"]) for each in changes[1:]] == [
        ("confirm_organisation", {"organisation": None}, {"organisation": "Elsewhere"}),
        ("confirm_organisation", {"organisation": "Elsewhere"}, {"organisation": SCHOOL}),
    ]
    assert changes[1]["reason"] == "Rung back at its own number"


async def test_what_an_organisations_own_people_made_stays_theirs(referrals: ServiceUnderTest) -> None:
    sent = await answered(await _seen_by(referrals, SCHOOL).post("/referrals", json=a_referral()))
    refused = await _confirm(referrals, sent, "Elsewhere")
    assert (refused.status_code, refused.json()["code"]) == (409, "organisation-known")
    assert refused.json()["present_status"] == "submitted"
    assert (await _seen_by(referrals, SCHOOL).get(f"/referrals/{sent['id']}/outcome")).status_code == 200
    path = f"/referrals/{sent['id']}/organisation"
    assert (await _seen_by(referrals, SCHOOL).post(path, json={})).status_code == 403


async def test_it_is_confirmed_after_the_decision_too_and_not_of_a_withdrawn_one(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    mash = referrals.as_("mash_manager")
    await answered(await mash.post(f"/referrals/{sent['id']}/withdrawal", json={"reason": "Sent twice"}), 200)
    late = await _confirm(referrals, sent)
    assert (late.status_code, late.json()["code"]) == (409, "step-not-possible")


async def test_two_confirmations_at_one_moment_are_both_on_record(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    answers = await asyncio.gather(*(_confirm(referrals, sent, name) for name in (SCHOOL, "Elsewhere")))
    assert [answer.status_code for answer in answers] == [200, 200]
    changes = (await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}/changes")).json()["items"]
    assert [each["number"] for each in changes] == [1, 2, 3]


async def test_what_a_colleague_of_the_mash_enters_is_not_followed_by_their_own_organisation(
    referrals: ServiceUnderTest,
) -> None:
    police = referrals.as_("mash_practitioner", sub="pc", organisation="Thames Valley Police")
    sent = await answered(await police.post("/referrals", json=a_referral()))
    outcome = f"/referrals/{sent['id']}/outcome"
    assert (await _seen_by(referrals, "Thames Valley Police").get(outcome)).status_code == 404


@pytest.mark.parametrize(
    ("token", "named", "status"),
    [
        (SCHOOL, SCHOOL, 201),
        (SCHOOL, "LARKMEAD  school", 201),
        (SCHOOL, "Elsewhere School", 422),
        (None, SCHOOL, 201),
    ],
)
@pytest.mark.parametrize("role", ["referrer", "partner"])
async def test_a_referrer_names_the_own_organisation_alone(
    referrals: ServiceUnderTest, role: str, token: str | None, named: str, status: int
) -> None:
    claims = {"organisation": token} if token else {}
    client = referrals.as_(role, sub="amina", **claims)
    body = a_referral(referrer={**a_referral()["referrer"], "organisation": named})
    draft = await answered(await client.post("/referral-drafts", json=body))
    question = {"organisation": named, "role": "Teacher", "question": "Do we refer?", "immediate_harm": False}
    for answer, field in (
        (await client.post("/referrals", json=body), "/referrer/organisation"),
        (await client.post(f"/referral-drafts/{draft['id']}/submission"), "/referrer/organisation"),
        (await client.post("/consultations", json=question), "/organisation"),
    ):
        assert answer.status_code == status, answer.text
        if status == 422:
            assert fields_of(answer) == [field]
            assert answer.json()["errors"][0]["code"] == "not-own-organisation"
