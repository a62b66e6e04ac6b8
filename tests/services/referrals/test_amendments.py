"""What is recorded differently later, taken back, or acknowledged: nothing that was recorded is lost."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.referrals.referrals.models import ReferralChange
from shared import clock
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

SCHOOL = {"sub": "amina", "organisation": "Larkmead School"}


async def _from_school(referrals: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    return await answered(await referrals.as_("referrer", **SCHOOL).post("/referrals", json=a_referral(**changes)))


async def _amend(client: httpx.AsyncClient, sent: dict[str, Any], **changes: Any) -> httpx.Response:
    return await client.post(f"/referrals/{sent['id']}/amendments", json={"changes": changes, "reason": "Learnt later"})


async def _whole(referrals: ServiceUnderTest, sent: dict[str, Any]) -> dict[str, Any]:
    return await answered(await referrals.as_("mash_manager").get(f"/referrals/{sent['id']}"), 200)


async def _changes(referrals: ServiceUnderTest, sent: dict[str, Any]) -> list[dict[str, Any]]:
    client, seen, following = referrals.as_("mash_manager"), [], None
    while True:
        params = {"limit": 2, **({"after": following} if following else {})}
        page = await answered(await client.get(f"/referrals/{sent['id']}/changes", params=params), 200)
        seen += page["items"]
        if (following := page["next"]) is None:
            return seen


async def test_an_amendment_shows_the_latest_and_keeps_what_was_recorded(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals)
    colleague = referrals.as_("referrer", sub="ben", organisation="Larkmead School")
    shown = await answered(await _amend(colleague, sent, narrative="He slept in the shed.", concerns=["neglect"]), 200)
    assert shown.keys() == {
        *(
            "id",
            "reference",
            "status",
            "received_at",
            "acknowledgement_due_at",
            "acknowledged_at",
            "withdrawal_requested_at",
            "withdrawal_refused_at",
            "decided_at",
            "outcome",
        ),
    }
    mash = referrals.as_("mash_practitioner", sub="maria")
    contact = {"phone": "01235 000000"}
    await answered(await _amend(mash, sent, narrative="He slept outside.", referrer=contact, needs=[]), 200)
    whole = await _whole(referrals, sent)
    assert (whole["narrative"], whole["needs"]) == ("He slept outside.", [])
    assert whole["referrer"] == {**a_referral()["referrer"], **contact}
    submit, first, second = await _changes(referrals, sent)
    assert [change["number"] for change in (submit, first, second)] == [1, 2, 3]
    assert (first["by"], second["by"], second["reason"]) == ("ben", "maria", "Learnt later")
    assert first["values"]["changed"] == ["narrative"]
    assert first["values"]["old"] == {"narrative": "Barnabas comes to school hungry."}
    assert first["values"]["new"]["narrative"] == second["values"]["old"]["narrative"] == "He slept in the shed."
    assert second["values"]["changed"] == ["narrative", "needs", "referrer"]
    async with referrals.database.read() as session:
        facts = (await session.scalars(select(AuditRow.facts).where(AuditRow.action == "referral_amend"))).all()
    assert "shed" not in str(facts)


async def test_a_new_address_places_the_referral_anew(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals)
    mash = referrals.as_("mash_practitioner")
    moved = await answered(await _amend(mash, sent, address={"lines": ["1 High St"], "postcode": "ox11ab"}), 200)
    assert (moved["area"], moved["district"], moved["postcode_status"]) == ("central", "E07000178", "in_county")
    abroad = await answered(await _amend(mash, sent, address={"lines": ["Calais"]}), 200)
    assert (abroad["area"], abroad["district"], abroad["postcode_status"]) == ("central", None, "none")
    assert (await _changes(referrals, sent))[1]["values"]["old"]["area"] == "south"


async def test_danger_known_later_is_decided_at_once_and_stands_first(referrals: ServiceUnderTest) -> None:
    calm, sent = await submitted(referrals, received_at="2026-01-05T09:00:00Z"), await _from_school(referrals)
    school, mash = referrals.as_("referrer", **SCHOOL), referrals.as_("mash_practitioner")
    await answered(await _amend(school, sent, immediate_danger=True), 200)
    whole = await _whole(referrals, sent)
    due = datetime.fromisoformat(sent["received_at"]) + timedelta(hours=4)
    assert datetime.fromisoformat(whole["decision_due_at"]) == due
    queue = (await mash.get("/referrals")).json()["items"]
    assert [(item["id"], item["immediate_danger"]) for item in queue] == [(sent["id"], True), (calm["id"], False)]
    assert queue[0]["next_due_at"] == min(whole["decision_due_at"], whole["rating_due_at"])

    refused = await _amend(school, sent, immediate_danger=False)
    assert (refused.status_code, fields_of(refused)) == (422, ["/changes/immediate_danger"])
    taken_back = await answered(await _amend(mash, sent, immediate_danger=False), 200)
    assert taken_back["decision_due_at"] == whole["decision_due_at"]  # no due time becomes later
    assert [item["id"] for item in (await mash.get("/referrals")).json()["items"]] == [calm["id"], sent["id"]]


@pytest.mark.parametrize(("rating", "earlier"), [("red", False), ("green", True)])
async def test_danger_after_the_rating_never_gives_more_time(
    referrals: ServiceUnderTest, rating: str, earlier: bool
) -> None:
    sent = await rated(referrals, rating)
    before = await _whole(referrals, sent)
    after = await answered(await _amend(referrals.as_("mash_manager"), sent, immediate_danger=True), 200)
    assert (after["decision_due_at"] < before["decision_due_at"]) is earlier
    assert after["decision_due_at"] <= before["decision_due_at"]


async def test_children_and_adults_are_added_to_the_family(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals)
    sister = a_child(given_name="Ida", date_of_birth="2019-03-02", address={"lines": ["3 Elsewhere"], "postcode": None})
    father = {"given_name": "Tobias", "family_name": "Quillfeather", "relationship": "father"}
    school = referrals.as_("referrer", **SCHOOL)
    await answered(await _amend(school, sent, children=[sister], adults=[father]), 200)
    whole = await _whole(referrals, sent)
    assert {child["given_name"] for child in whole["children"]} == {"Barnabas", "Ida"}
    assert {adult["given_name"] for adult in whole["adults"]} == {"Petronella", "Tobias"}
    [_, amended] = await _changes(referrals, sent)
    ids = [person[key] for person, key in _people(whole) if person["given_name"] in ("Ida", "Tobias")]
    assert sorted(amended["values"]["added"]) == sorted(ids)
    assert "Ida" not in str(amended)


def _people(whole: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    children = [(child, "child_id") for child in whole["children"]]
    return [*children, *((adult, "adult_id") for adult in whole["adults"])]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "/changes"),
        ({"narrative": "Barnabas comes to school hungry.", "concerns": ["neglect"]}, "/changes"),
        ({"narrative": "", "concerns": [], "needs": []}, "/changes"),
        ({"status": "accepted"}, "/changes/status"),
        ({"concerns": ["boredom"]}, "/changes/concerns/0"),
        ({"narrative": "a\0b"}, "/changes/narrative"),
        ({"referrer": {"organisation": "Another"}}, "/changes/referrer/organisation"),
        ({"consent": {"given": False}}, "/changes/consent/override_reason"),
        ({"children": [a_child(date_of_birth="1980-01-01")]}, "/changes/children/0/date_of_birth"),
        ({"children": [a_child()] * 20}, "/changes/children"),
    ],
)
async def test_a_bad_amendment_names_the_field_and_changes_nothing(
    referrals: ServiceUnderTest, changes: dict[str, Any], field: str
) -> None:
    sent = await submitted(referrals)
    before = await _whole(referrals, sent)
    refused = await _amend(referrals.as_("mash_practitioner"), sent, **changes)
    assert (refused.status_code, fields_of(refused)) == (422, [field])
    assert await _whole(referrals, sent) == before
    assert await referrals.count(ReferralChange) == 1


async def test_amendments_at_one_moment_are_all_on_record(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    client = referrals.as_("mash_practitioner")
    answers = await asyncio.gather(*(_amend(client, sent, narrative=f"Version {n}") for n in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    log = (await _changes(referrals, sent))[1:]
    assert [change["number"] for change in log] == [2, 3, 4, 5, 6]
    for earlier, later in pairwise(log):
        assert later["values"]["old"] == earlier["values"]["new"]


async def test_no_child_is_added_after_the_decision(referrals: ServiceUnderTest) -> None:
    sent = await rated(referrals)
    mash = referrals.as_("mash_practitioner", sub="noel")
    await answered(await mash.post(f"/referrals/{sent['id']}/decision", json=a_decision()), 200)
    await answered(await _amend(mash, sent, narrative="More was heard."), 200)
    refused = await _amend(mash, sent, children=[a_child(given_name="Ida")])
    assert (refused.status_code, refused.json()["code"]) == (409, "referral-already-decided")
    assert refused.json()["present_status"] == "accepted"


async def test_a_referral_is_taken_back_with_a_reason_before_it_is_decided(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals)
    school, path = referrals.as_("referrer", **SCHOOL), f"/referrals/{sent['id']}/withdrawal"
    refused = await school.post(path, json={})
    assert (refused.status_code, fields_of(refused)) == (422, ["/reason"])
    shown = await answered(await school.post(path, json={"reason": "Another child of this name"}), 200)
    assert (shown["status"], shown["outcome"]) == ("withdrawn", None)
    again = await school.post(path, json={"reason": "Once more"})
    assert (again.status_code, again.json()["present_status"]) == (409, "withdrawn")
    mash = referrals.as_("mash_practitioner")
    rating = await mash.post(f"/referrals/{sent['id']}/rating", json={"rating": "red", "reason": "r"})
    assert (rating.status_code, rating.json()["code"]) == (409, "step-not-possible")
    assert (await mash.get("/referrals")).json()["items"] == []
    assert [(change["step"], change["reason"]) for change in await _changes(referrals, sent)][1:] == [
        ("withdraw", "Another child of this name")
    ]
    decided = await rated(referrals)
    await answered(await mash.post(f"/referrals/{decided['id']}/decision", json=a_decision()), 200)
    late = await mash.post(f"/referrals/{decided['id']}/withdrawal", json={"reason": "r"})
    assert (late.status_code, late.json()["present_status"]) == (409, "accepted")


async def test_the_referrer_sees_that_the_referral_is_acknowledged(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals)
    school, mash = referrals.as_("referrer", **SCHOOL), referrals.as_("mash_practitioner", sub="maria")
    assert (await school.get(f"/referrals/{sent['id']}/outcome")).json()["acknowledged_at"] is None
    path, at = f"/referrals/{sent['id']}/acknowledgement", clock.now().isoformat()
    early = await mash.post(path, json={"acknowledged_at": "2026-01-05T09:00:00Z"})
    assert (early.status_code, fields_of(early)) == (422, ["/acknowledged_at"])
    body = {"method": "telephone", "text": "Spoke to the lead", "acknowledged_at": at}
    whole = await answered(await mash.post(path, json=body), 200)
    assert whole["acknowledged_by"] == "maria"
    assert whole["acknowledgement_due_at"] == whole["rating_due_at"]  # both one working day from receipt
    listed = (await school.get("/referrals")).json()["items"][0]
    assert listed == (await school.get(f"/referrals/{sent['id']}/outcome")).json()
    assert (listed["acknowledged_at"], listed["acknowledgement_due_at"]) == (
        whole["acknowledged_at"],
        whole["acknowledgement_due_at"],
    )
    again = await mash.post(path, json={})
    assert (again.status_code, again.json()["present_status"]) == (409, "submitted")
    assert (await school.post(path, json={})).status_code == 403


async def test_strangers_neither_change_nor_read(referrals: ServiceUnderTest) -> None:
    sent = await _from_school(referrals)
    stranger = referrals.as_("referrer", sub="c", organisation="Elsewhere School")
    elsewhere = referrals.as_("mash_practitioner", area="north")
    for client in (stranger, elsewhere):
        assert (await _amend(client, sent, narrative="x")).status_code == 404
        assert (await client.post(f"/referrals/{sent['id']}/withdrawal", json={"reason": "r"})).status_code == 404
    assert (await elsewhere.get(f"/referrals/{sent['id']}/changes")).status_code == 404
    assert (await referrals.as_("referrer", **SCHOOL).get(f"/referrals/{sent['id']}/changes")).status_code == 403
    assert await referrals.count(ReferralChange) == 1
