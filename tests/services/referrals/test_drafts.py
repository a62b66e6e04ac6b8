"""A referral half filled in: kept for its writer alone, ninety days, and sent once."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from services.referrals.drafts.actions import forget_old_drafts
from services.referrals.drafts.models import Draft
from services.referrals.referrals.models import Referral
from shared import clock
from shared.contracts.referrals import ReferralSubmitted
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.referrals_sent import a_child, a_referral, answered, fields_of


async def test_a_draft_is_resumed_on_another_device_by_its_writer_alone(referrals: ServiceUnderTest) -> None:
    phone = referrals.as_("referrer", sub="amina", organisation="Larkmead School")
    half = {"narrative": "Barnabas comes", "children": [{"given_name": "Barnabas"}], "address": {"postcode": "OX14"}}
    draft = await answered(await phone.post("/referral-drafts", json=half))
    path = f"/referral-drafts/{draft['id']}"
    desk = referrals.as_("referrer", sub="amina", organisation="Larkmead School")
    found = await desk.get(path)
    assert (found.json()["content"], found.headers["ETag"]) == (half, '"1"')
    changed = await desk.put(path, json={**half, "immediate_danger": True}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert [item["id"] for item in (await phone.get("/referral-drafts")).json()["items"]] == [draft["id"]]
    assert "Barnabas" not in (await phone.get("/referral-drafts")).text

    colleague = referrals.as_("referrer", sub="ben", organisation="Larkmead School")
    assert (await colleague.get("/referral-drafts")).json()["items"] == []
    match = {"If-Match": '"2"'}
    refused = [
        await colleague.get(path),
        await colleague.put(path, json={}, headers=match),
        await colleague.delete(path, headers=match),
        await colleague.post(f"{path}/submission"),
    ]
    assert [answer.status_code for answer in refused] == [404] * 4
    assert (await desk.get(path)).json()["content"] == {**half, "immediate_danger": True}


async def test_a_change_names_the_version_that_it_changes(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("referrer", sub="amina")
    path = f"/referral-drafts/{(await answered(await client.post('/referral-drafts', json={})))['id']}"
    assert (await client.put(path, json={})).status_code == 428
    answers = await asyncio.gather(
        *(client.put(path, json={"narrative": str(n)}, headers={"If-Match": '"1"'}) for n in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert (await client.delete(path, headers={"If-Match": '"1"'})).status_code == 412
    assert (await client.delete(path, headers={"If-Match": '"2"'})).status_code == 204
    assert (await client.get(path)).status_code == 404


async def test_a_draft_is_sent_once_and_answered_as_a_referral_is(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("referrer", sub="amina", organisation="Larkmead School")
    draft = await answered(await client.post("/referral-drafts", json=a_referral()))
    path = f"/referral-drafts/{draft['id']}"
    answers = await asyncio.gather(*(client.post(f"{path}/submission") for _ in range(3)))
    answers.append(await client.post(f"{path}/submission"))
    receipts = [await answered(answer) for answer in answers]
    direct = await answered(await client.post("/referrals", json=a_referral()))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert receipts[0].keys() == direct.keys()
    assert (await client.get(f"/referrals/{receipts[0]['id']}/outcome")).status_code == 200
    assert await referrals.count(Referral) == len(await referrals.events(ReferralSubmitted)) == 2
    assert (await client.get("/referral-drafts")).json()["items"] == []
    assert (await client.get(path)).json()["content"] == {}
    late = await client.put(path, json={}, headers={"If-Match": "*"})
    assert (late.status_code, late.json()["code"]) == (409, "draft-already-submitted")
    assert (await client.delete(path, headers={"If-Match": "*"})).status_code == 409


@pytest.mark.parametrize(
    "change",
    [
        {"children": [a_child(), {"given_name": "Ida"}], "consent": {"given": False}},
        {"referrer": {"name": "A"}, "narrative": "a" * 50_001},
        {"received_at": "2026-01-05T09:00:00Z"},
        {"children": [a_child(date_of_birth="1980-01-01")]},
        {"children": "Barnabas", "address": 7},
    ],
)
async def test_what_is_wrong_is_named_as_by_a_referral_and_the_draft_stays(
    referrals: ServiceUnderTest, change: dict[str, Any]
) -> None:
    client = referrals.as_("referrer", sub="amina")
    draft = await answered(await client.post("/referral-drafts", json=a_referral(**change)))
    path = f"/referral-drafts/{draft['id']}"
    refused, direct = (
        await client.post(f"{path}/submission"),
        await client.post("/referrals", json=a_referral(**change)),
    )
    assert (refused.status_code, refused.json()) == (422, direct.json())
    assert await referrals.count(Referral) == 0
    kept = await client.get(path)
    assert (kept.json()["content"], kept.headers["ETag"]) == (a_referral(**change), '"1"')


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"chidlren": []}', "/chidlren"),
        ('{"narrative": "a\\u0000b"}', "/narrative"),
        ('{"children": [{"given_name": "\\ud800"}]}', "/children"),
        ('{"needs": [NaN]}', "/needs"),
        (json.dumps({"narrative": "é" * 140_000}), "/narrative"),
        ('["narrative"]', ""),
    ],
    ids=["unknown", "nul", "surrogate", "nan", "large", "no object"],
)
async def test_what_cannot_be_kept_is_refused(referrals: ServiceUnderTest, body: str, field: str) -> None:
    client = referrals.as_("referrer")
    answer = await client.post("/referral-drafts", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, fields_of(answer)) == (422, [field])
    assert await referrals.count(Draft) == 0


async def test_a_draft_that_nobody_changed_for_ninety_days_is_forgotten(referrals: ServiceUnderTest) -> None:
    client = referrals.as_("referrer", sub="amina")
    paths = []
    for days in (91, 91, 89):
        with time_machine.travel(clock.now() - timedelta(days=days), tick=False):
            draft = await answered(
                await referrals.as_("referrer", sub="amina").post("/referral-drafts", json={"narrative": "a"})
            )
            paths.append(f"/referral-drafts/{draft['id']}")
    assert [(await client.get(path)).status_code for path in paths] == [404, 404, 200]
    async with referrals.database.begin() as session:
        assert await forget_old_drafts(session) == 2
    async with referrals.database.begin() as session:
        assert await forget_old_drafts(session) == 0
    assert [(await client.get(path)).status_code for path in paths] == [404, 404, 200]
    assert await referrals.count(Draft) == 1
