"""A partner's answer: by a lawful basis that agrees with the consent on record, and corrected by a new version."""

import asyncio
from typing import Any

import httpx
import pytest

from services.referrals.information_requests.models import FormerAnswer
from services.referrals.information_requests.rules import contradicts_consent
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_decision, answered, fields_of, rated, submitted

HEALTH = "Oxford Health NHS Foundation Trust"
FIRST = {"risk": "low", "summary": "Nothing is known."}
MENDED = {"risk": "high", "summary": "Two call-outs were found.", "reason": "The list was not complete"}
REFUSED_CONSENT = {"given": False, "override_reason": "Father would harm him"}


async def _ask(referrals: ServiceUnderTest, sent: dict[str, Any], basis: str = "consent") -> httpx.Response:
    why = {} if basis == "consent" else {"override_reason": "The mother could not be reached"}
    body = {"partner": HEALTH, "lawful_basis": basis, "questions": ["Is he seen by you?"], **why}
    return await referrals.as_("mash_practitioner").post(f"/referrals/{sent['id']}/information-requests", json=body)


async def _asked(referrals: ServiceUnderTest) -> tuple[dict[str, Any], str]:
    sent = await rated(referrals)
    return sent, f"/information-requests/{(await answered(await _ask(referrals, sent)))['id']}"


def _partner(referrals: ServiceUnderTest) -> httpx.AsyncClient:
    return referrals.as_("partner", sub="nurse", organisation=HEALTH)


@pytest.mark.parametrize(
    ("basis", "given", "contradicts"),
    [
        ("consent", False, True),
        ("consent", True, False),
        ("consent", None, False),
        ("safeguarding_s47", False, False),
        ("safeguarding_s47", True, False),
        ("vital_interests", None, False),
    ],
)
def test_which_basis_contradicts_the_consent_on_record(basis: str, given: bool | None, contradicts: bool) -> None:
    assert contradicts_consent(basis, given) is contradicts


async def test_a_basis_that_contradicts_the_recorded_consent_is_refused(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals, consent=REFUSED_CONSENT)
    refused = await _ask(referrals, sent)
    assert (refused.status_code, fields_of(refused)) == (422, ["/lawful_basis"])
    assert refused.json()["errors"][0]["code"] == "contradicts-consent"
    assert (await _ask(referrals, sent, "safeguarding_s17")).status_code == 201
    later = await submitted(referrals)
    amendment = {"changes": {"consent": REFUSED_CONSENT}, "reason": "The mother rang"}
    path = f"/referrals/{later['id']}/amendments"
    await answered(await referrals.as_("mash_practitioner").post(path, json=amendment), 200)
    assert (await _ask(referrals, later)).status_code == 422
    assert (await _ask(referrals, await submitted(referrals, consent=None))).status_code == 201


async def test_a_partner_corrects_its_answer_and_the_former_one_stays(referrals: ServiceUnderTest) -> None:
    sent, path = await _asked(referrals)
    partner, mash = _partner(referrals), referrals.as_("mash_practitioner")
    early = await partner.put(f"{path}/response", json=MENDED, headers={"If-Match": '"1"'})
    assert (early.status_code, early.json()["code"]) == (409, "not-answered-yet")
    given = await answered(await partner.post(f"{path}/response", json=FIRST), 200)
    assert (await partner.post(f"{path}/response", json=FIRST)).json()["code"] == "already-answered"
    assert (await partner.put(f"{path}/response", json=MENDED)).status_code == 428
    unexplained = await partner.put(f"{path}/response", json=FIRST, headers={"If-Match": '"2"'})
    assert (unexplained.status_code, fields_of(unexplained)) == (422, ["/reason"])
    mended = await partner.put(f"{path}/response", json=MENDED, headers={"If-Match": '"2"'})
    body = await answered(mended, 200)
    assert (body["risk"], body["summary"], mended.headers["ETag"]) == ("high", MENDED["summary"], '"3"')
    [former] = body["former_answers"]
    assert {name: former[name] for name in ("risk", "summary", "number", "reason")} == {
        **FIRST,
        "number": 1,
        "reason": MENDED["reason"],
    }
    assert former["answered_at"] == given["answered_at"] < body["answered_at"] == former["replaced_at"]
    assert (await mash.get(path)).json()["former_answers"] == [{**former, "answered_by": "nurse"}]
    threshold = (await mash.get(f"/referrals/{sent['id']}/threshold")).json()
    assert [each["risk"] for each in threshold["partner_answers"]] == ["high"]
    assert "partner_sees_high_risk" in [each["rule"] for each in threshold["met"]]


async def test_a_correction_after_the_decision_leaves_what_it_went_by(referrals: ServiceUnderTest) -> None:
    sent, path = await _asked(referrals)
    await answered(await _partner(referrals).post(f"{path}/response", json=FIRST), 200)
    mash = referrals.as_("mash_manager")
    await answered(await mash.post(f"/referrals/{sent['id']}/decision", json=a_decision()), 200)
    await answered(await _partner(referrals).put(f"{path}/response", json=MENDED, headers={"If-Match": '"2"'}), 200)
    [decision] = (await mash.get(f"/referrals/{sent['id']}/decisions")).json()["items"]
    assert decision["facts"]["partner_risks"] == ["low"]


async def test_whose_answer_it_is_corrects_it(referrals: ServiceUnderTest) -> None:
    _, path = await _asked(referrals)
    match, mash = {"If-Match": "*"}, referrals.as_("mash_practitioner", sub="maria")
    await answered(await _partner(referrals).post(f"{path}/response", json=FIRST), 200)
    refused = await mash.put(f"{path}/response", json=MENDED, headers=match)
    assert (refused.status_code, refused.json()["code"]) == (403, "answer-of-partner")
    stranger = referrals.as_("partner", organisation="Elsewhere")
    assert (await stranger.put(f"{path}/response", json=MENDED, headers=match)).status_code == 404
    _, written = await _asked(referrals)
    await answered(await mash.post(f"{written}/response", json=FIRST), 200)
    again = await answered(await mash.put(f"{written}/response", json=MENDED, headers=match), 200)
    assert (again["recorded_by_mash"], again["answered_by"]) == (True, "maria")
    by_partner = await answered(await _partner(referrals).put(f"{written}/response", json=MENDED, headers=match), 200)
    assert [each["number"] for each in by_partner["former_answers"]] == [1, 2]


async def test_of_two_corrections_of_one_version_one_counts(referrals: ServiceUnderTest) -> None:
    _, path = await _asked(referrals)
    partner = _partner(referrals)
    await answered(await partner.post(f"{path}/response", json=FIRST), 200)
    mend = [partner.put(f"{path}/response", json=MENDED, headers={"If-Match": '"2"'}) for _ in range(3)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*mend)) == [200, 412, 412]
    assert await referrals.count(FormerAnswer) == 1
