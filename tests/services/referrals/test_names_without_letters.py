"""A name without a letter, and a number without a digit, are refused in words of their own wherever they come in."""

from typing import Any

import httpx
import pytest

from shared.contracts.referrals import ReferralSubmitted
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.escalations_made import an_escalation, let_casework_answer
from tests.services.referrals.referrals_sent import a_child, a_referral, answered, submitted

NO_NAMES = ["?", "--", "'", ". .", "12", "\u200b", "\u00a0\u2060", "\u3164", "\ufe0f\u200d"]
NO_NUMBERS = ["-", "\u200b", " - ", "?", "\u00a0"]
MASH = "mash_practitioner"


async def _as_a_referral(referrals: ServiceUnderTest, child: dict[str, Any]) -> httpx.Response:
    return await referrals.as_(MASH).post("/referrals", json=a_referral(children=[child]))


async def _as_a_draft(referrals: ServiceUnderTest, child: dict[str, Any]) -> httpx.Response:
    client = referrals.as_("referrer", sub="amina")
    draft = await answered(await client.post("/referral-drafts", json=a_referral(children=[child])))
    return await client.post(f"/referral-drafts/{draft['id']}/submission")


async def _as_an_amendment(referrals: ServiceUnderTest, child: dict[str, Any]) -> httpx.Response:
    sent = await submitted(referrals)
    added = {"changes": {"children": [child]}, "reason": "Left out"}
    return await referrals.as_(MASH).post(f"/referrals/{sent['id']}/amendments", json=added)


async def _as_a_correction(referrals: ServiceUnderTest, child: dict[str, Any]) -> httpx.Response:
    sent = await submitted(referrals)
    client = referrals.as_(MASH)
    corrected = {**child, "reason": "As it is spelt"}
    return await client.post(f"/children/{sent['children'][0]['child_id']}/corrections", json=corrected)


WAYS = {
    "a referral": (_as_a_referral, "/children/0"),
    "a draft": (_as_a_draft, "/children/0"),
    "an amendment": (_as_an_amendment, "/changes/children/0"),
    "a correction": (_as_a_correction, ""),
}


def _refusal(answer: httpx.Response) -> tuple[int, str, str, str]:
    [error] = answer.json()["errors"]
    return answer.status_code, error["field"], error["code"], error["message"]


@pytest.mark.parametrize(("way", "place"), WAYS.values(), ids=WAYS.keys())
async def test_a_name_without_letters_is_refused_in_whatever_way_it_comes(
    referrals: ServiceUnderTest, way: Any, place: str
) -> None:
    whole = {} if way is _as_a_correction else a_child()
    for name in NO_NAMES:
        refused = _refusal(await way(referrals, {**whole, "family_name": name}))
        expected = (422, f"{place}/family_name", "name-without-letters", "A name or role has at least one letter")
        assert refused == expected, ascii(name)
    refused = _refusal(await way(referrals, {**whole, "given_name": "?"}))
    assert refused[:3] == (422, f"{place}/given_name", "name-without-letters")


@pytest.mark.parametrize(("way", "place"), WAYS.values(), ids=WAYS.keys())
@pytest.mark.parametrize("field", ["nhs_number", "upn"])
async def test_a_number_of_signs_alone_is_refused_in_whatever_way_it_comes(
    referrals: ServiceUnderTest, way: Any, place: str, field: str
) -> None:
    whole = {} if way is _as_a_correction else a_child()
    for number in NO_NUMBERS:
        status, where, code, message = _refusal(await way(referrals, {**whole, field: number}))
        assert (status, where, code) == (422, f"{place}/{field}", "no-number"), ascii(number)
        assert message.endswith("leave it out where it is not known")


@pytest.mark.parametrize("name", ["李", "Ö", "أحمد", "आर्या", "O'", "X Æ A-12"])
async def test_a_name_of_one_letter_in_any_script_is_a_name(referrals: ServiceUnderTest, name: str) -> None:
    sent = await answered(await _as_a_referral(referrals, a_child(given_name=name, family_name=name)))
    shown = (await referrals.as_(MASH).get(f"/children/{sent['children'][0]['child_id']}")).json()
    assert (shown["given_name"], shown["family_name"]) == (name, name)


@pytest.mark.parametrize("name", ["", " ", "\u200b"])
async def test_an_unborn_child_needs_no_given_name(referrals: ServiceUnderTest, name: str) -> None:
    unborn = {"date_of_birth": None, "expected_date_of_birth": "2026-12-20", "given_name": name, "sex": "U"}
    assert (await _as_a_referral(referrals, a_child(**unborn))).status_code == 201


async def test_an_escalation_by_somebody_whose_name_was_recorded_as_signs_is_not_lost(
    referrals: ServiceUnderTest,
) -> None:
    event = an_escalation(await submitted(referrals))
    by = {"name": "?", "role": "Pastoral lead", "organisation": "Larkmead School"}
    let_casework_answer(referrals, event, escalated_by={**by, "partner_organisation": None, "subject": "amina"})
    await referrals.deliver(event)
    [_, made] = [each for each in await referrals.events(ReferralSubmitted) if isinstance(each, ReferralSubmitted)]
    whole = (await referrals.as_(MASH).get(f"/referrals/{made.referral_id}")).json()
    assert (whole["source"], whole["referrer"]["name"]) == ("5D", "Larkmead School")
