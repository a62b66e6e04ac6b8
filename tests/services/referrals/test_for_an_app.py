"""What an app asks for at once: a referral by its reference, a family, the queue with names; on both databases."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.referrals.referrals.rules import REFERENCE_LETTERS, reference_meant
from shared.audit import AuditRow
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import (
    a_child,
    a_decision,
    a_referral,
    answered,
    fields_of,
    rated,
    submitted,
)
from tests.services.referrals.test_information_requests import a_request

MASH = "mash_practitioner"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("RW-7K3M-9QXD", "RW-7K3M-9QXD"),
        ("rw 7k3m 9qxd", "RW-7K3M-9QXD"),
        ("7K3M9QXD", "RW-7K3M-9QXD"),
        (" RW\u20117K3M\u20119QXD\u200b", "RW-7K3M-9QXD"),
        ("RWRW-RWRW", "RW-RWRW-RWRW"),
        ("RW-7K3M-9QX", None),
        ("RW-7K3M-9QXO", None),
        ("XY-7K3M-9QXD", None),
        ("", None),
        ("%", None),
    ],
)
def test_a_reference_is_found_however_it_is_typed(sent: str, meant: str | None) -> None:
    assert reference_meant(sent) == meant


@given(st.text(REFERENCE_LETTERS, min_size=8, max_size=8))
def test_every_reference_is_found(letters: str) -> None:
    reference = f"RW-{letters[:4]}-{letters[4:]}"
    for typed in (reference, letters, reference.lower(), reference.replace("-", " ")):
        assert reference_meant(typed) == reference


async def _found(referrals: ServiceUnderTest, reference: str, role: str = MASH, **claims: Any) -> list[str]:
    answer = await referrals.as_(role, **claims).get("/referrals", params={"reference": reference})
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["items"]]


async def test_one_referral_by_its_reference_in_any_status(referrals: ServiceUnderTest) -> None:
    sent, _ = await rated(referrals), await rated(referrals)
    noel = referrals.as_("mash_manager", sub="noel")
    await answered(await noel.post(f"/referrals/{sent['id']}/decision", json=a_decision()), 200)
    typed = sent["reference"].lower().replace("-", "")
    assert await _found(referrals, typed) == [sent["id"]]
    assert await _found(referrals, "RW-2222-2222") == []
    assert await _found(referrals, typed, area="north") == []
    school = referrals.as_("referrer", organisation="Larkmead School")
    own = await answered(await school.post("/referrals", json=a_referral()))
    assert await _found(referrals, own["reference"], "referrer", organisation="Larkmead School") == [own["id"]]
    assert await _found(referrals, own["reference"], "referrer", organisation="Another School") == []


@pytest.mark.parametrize("role", [MASH, "referrer"])
@pytest.mark.parametrize("sent", ["nonsense", "RW-AAAA-1111", "", "RW-7K2M-9XQ"])
async def test_what_can_be_no_reference_is_named_as_such(referrals: ServiceUnderTest, role: str, sent: str) -> None:
    answer = await referrals.as_(role, organisation="Larkmead School").get("/referrals", params={"reference": sent})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "/reference"
    assert error["code"] == ("not-a-reference" if sent else error["code"])


async def test_the_queue_names_the_children_and_the_look_is_one_row(referrals: ServiceUnderTest) -> None:
    first, second = await rated(referrals), await rated(referrals, children=[a_child(given_name="Barnabus")])
    path = f"/referrals/{first['id']}/matches/{first['children'][0]['child_id']}"
    known = second["children"][0]["child_id"]
    same = {"matched_child_id": known, "reason": "The same child"}
    assert (await referrals.as_(MASH).post(path, json=same)).is_success
    mash = referrals.as_(MASH, sub="maria")
    queue = (await mash.get("/referrals", headers={"Access-Reason": "duty"})).json()["items"]
    named = {each["id"]: each["children"] for each in queue}
    barnabus = {"child_id": known, "given_name": "Barnabus", "family_name": "Quillfeather"}
    assert named == {first["id"]: [barnabus], second["id"]: [barnabus]}
    async with referrals.database.read() as session:
        looks = (await session.scalars(select(AuditRow).where(AuditRow.action == "referrals_look"))).all()
    [look] = looks
    assert (look.subject, look.reason, set(look.facts["referral_ids"])) == (
        "maria",
        "duty",
        {first["id"], second["id"]},
    )
    assert (await referrals.as_(MASH, area="north").get("/referrals")).json()["items"] == []
    async with referrals.database.read() as session:
        again = (await session.scalars(select(AuditRow).where(AuditRow.action == "referrals_look"))).all()
    assert len(again) == 1


async def test_the_queue_of_those_whose_referrer_asks_to_withdraw_them(referrals: ServiceUnderTest) -> None:
    school = referrals.as_("referrer", organisation="Larkmead School")
    asked = await answered(await school.post("/referrals", json=a_referral(immediate_danger=True)))
    other = await answered(await school.post("/referrals", json=a_referral()))
    refused = await answered(await school.post("/referrals", json=a_referral(immediate_danger=True)))
    for each in (asked, refused):
        withdrawal = await school.post(f"/referrals/{each['id']}/withdrawal", json={"reason": "Sent twice"})
        assert withdrawal.status_code == 202, withdrawal.text
    no = {"accepted": False, "reason": "The danger stands"}
    decided = await referrals.as_(MASH).post(f"/referrals/{refused['id']}/withdrawal/decision", json=no)
    assert decided.is_success, decided.text

    async def ids(value: str) -> set[str]:
        answer = await referrals.as_(MASH).get("/referrals", params={"withdrawal_requested": value})
        return {each["id"] for each in answer.json()["items"]}

    assert await ids("true") == {asked["id"]}
    assert await ids("false") == {other["id"], refused["id"]}
    for_the_mash = await school.get("/referrals", params={"withdrawal_requested": "true"})
    assert fields_of(for_the_mash) == ["/withdrawal_requested"]


async def test_a_family_with_its_people_and_referrals(referrals: ServiceUnderTest) -> None:
    children = [a_child(), a_child(given_name="Araminta", date_of_birth="2019-01-01")]
    first, again = await submitted(referrals, children=children), await submitted(referrals)
    path = f"/referrals/{again['id']}/matches/{again['children'][0]['child_id']}"
    same = {"matched_child_id": first["children"][0]["child_id"], "reason": "The same child"}
    before = await referrals.as_(MASH).get(f"/families/{first['family_id']}")
    assert (await referrals.as_(MASH).post(path, json=same)).is_success
    answer = await referrals.as_(MASH).get(f"/families/{first['family_id']}")
    family = answer.json()
    assert answer.headers["ETag"] != before.headers["ETag"]
    assert (await referrals.as_(MASH).get(f"/families/{first['family_id']}")).headers["ETag"] == answer.headers["ETag"]
    assert {each["given_name"]: each["former_child_ids"] for each in family["children"]} == {
        "Barnabas": [again["children"][0]["child_id"]],
        "Araminta": [],
    }
    assert [each["reference"] for each in family["referrals"]] == [again["reference"], first["reference"]]
    assert (family["joined_family_ids"], family["more_referrals"]) == ([again["family_id"]], False)
    assert (family["adults"][0]["given_name"], family["address"]["postcode"]) == ("Petronella", "OX14 1AB")
    from_the_other = (await referrals.as_(MASH).get(f"/families/{again['family_id']}")).json()
    assert [each["child_id"] for each in from_the_other["children"]] == [first["children"][0]["child_id"]]
    assert len(from_the_other["referrals"]) == 2


async def test_a_restricted_family_is_not_there_for_who_is_not_named(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    path, maria = f"/families/{sent['family_id']}", referrals.as_("mash_manager", sub="maria")
    restricted = {"subjects": ["maria"], "reason": "Adoption"}
    assert (await maria.post(f"{path}/restriction", json=restricted)).is_success
    assert (await maria.get(path)).status_code == 200
    assert (await referrals.as_("mash_manager", sub="petra").get(path)).status_code == 404


async def test_a_request_on_a_consent_that_was_taken_back_is_not_answered(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    mash, partner = referrals.as_(MASH), referrals.as_("partner", organisation="Thames Valley Police")
    asking = a_request(partner="Thames Valley Police", lawful_basis="consent")
    request = await answered(await mash.post(f"/referrals/{sent['id']}/information-requests", json=asking))
    path = f"/information-requests/{request['id']}"
    assert (request["basis_withdrawn"], len((await partner.get(path)).json()["children"])) == (False, 1)
    consent = {"given": False, "override_reason": "Danger"}
    taken_back = {"changes": {"consent": consent}, "reason": "The mother rang"}
    amended = await mash.post(f"/referrals/{sent['id']}/amendments", json=taken_back)
    assert amended.is_success, amended.text
    shown = (await partner.get(path)).json()
    assert (shown["basis_withdrawn"], shown["children"]) == (True, [])
    refused = await partner.post(f"{path}/response", json={"risk": "low", "summary": "Nothing"})
    assert (refused.status_code, refused.json()["code"]) == (409, "basis-withdrawn")
    other = a_request(partner="Thames Valley Police", lawful_basis="vital_interests", override_reason="Danger")
    again = await mash.post(f"/referrals/{sent['id']}/information-requests", json=other)
    assert again.status_code == 201, again.text
    assert again.json()["basis_withdrawn"] is False
