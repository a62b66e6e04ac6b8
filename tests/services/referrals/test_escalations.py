"""What those around a family ask the front door becomes a referral of the family that the index has."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.referrals.escalations.actions import FamilyNotInIndex
from services.referrals.referrals import rules
from services.referrals.referrals.models import Referral
from shared.bus.interface import NotNow
from shared.contracts.referrals import ReferralAccepted, ReferralSubmitted
from shared.inbox import InboxRow
from tests.service_under_test import ServiceUnderTest
from tests.services.referrals.escalations_made import SCHOOL, an_escalation, let_casework_answer
from tests.services.referrals.referrals_sent import a_child, a_decision, a_referral, answered, rated, submitted


async def _newest(referrals: ServiceUnderTest) -> ReferralSubmitted:
    event = (await referrals.events(ReferralSubmitted))[-1]
    assert isinstance(event, ReferralSubmitted)
    return event


async def test_an_escalation_is_a_referral_of_the_same_family_with_its_own_clocks(referrals: ServiceUnderTest) -> None:
    first = await rated(referrals, children=[a_child(), a_child(given_name="Odette", sex="F")])
    event = an_escalation(first)
    let_casework_answer(referrals, event)
    await referrals.deliver(event)
    referral = await _newest(referrals)
    assert (referral.escalation_id, referral.family_id, referral.source) == (
        event.escalation_id,
        event.family_id,
        "5D",
    )
    mash = referrals.as_("mash_practitioner")
    whole = await answered(await mash.get(f"/referrals/{referral.referral_id}"), 200)
    assert whole["id"] != first["id"]
    assert {child["child_id"] for child in whole["children"]} == {each["child_id"] for each in first["children"]}
    assert (whole["status"], whole["concerns"], whole["area"]) == ("submitted", ["neglect"], first["area"])
    assert (whole["referrer"]["name"], whole["referrer"]["organisation"]) == ("Amina Osei", SCHOOL)
    assert (whole["adults"][0]["given_name"], whole["address"]["postcode"]) == ("Petronella", "OX14 1AB")
    assert datetime.fromisoformat(whole["received_at"]) == event.escalated_at
    assert datetime.fromisoformat(whole["rating_due_at"]) == rules.rating_due_by(event.escalated_at)
    assert whole["id"] in [each["id"] for each in (await mash.get("/referrals")).json()["items"]]
    threshold = await answered(await mash.get(f"/referrals/{whole['id']}/threshold"), 200)
    assert threshold["previous_referrals"] == []


async def test_the_partner_follows_what_became_of_it_and_acceptance_is_of_the_same_family(
    referrals: ServiceUnderTest,
) -> None:
    event = an_escalation(await submitted(referrals), immediate_danger=True)
    let_casework_answer(referrals, event)
    await referrals.deliver(event)
    referral = await _newest(referrals)
    assert referral.decision_due_at == event.escalated_at + timedelta(hours=4)
    school = referrals.as_("referrer", sub="amina", organisation=SCHOOL)
    outcome = f"/referrals/{referral.referral_id}/outcome"
    assert (await answered(await school.get(outcome), 200))["status"] == "submitted"
    assert (await referrals.as_("referrer", sub="x", organisation="Another").get(outcome)).status_code == 404
    mash = referrals.as_("mash_manager")
    await answered(
        await mash.post(f"/referrals/{referral.referral_id}/rating", json={"rating": "red", "reason": "r"}), 200
    )
    strategy = a_decision(outcome="strategy_discussion", level=4)
    await answered(await mash.post(f"/referrals/{referral.referral_id}/decision", json=strategy), 200)
    [accepted] = await referrals.events(ReferralAccepted)
    assert isinstance(accepted, ReferralAccepted)
    assert (accepted.family_id, accepted.referral_id) == (event.family_id, referral.referral_id)


async def test_an_escalation_heard_of_twice_makes_one_referral(referrals: ServiceUnderTest) -> None:
    event = an_escalation(await submitted(referrals))
    let_casework_answer(referrals, event)
    await asyncio.gather(*(referrals.deliver(event, event_id="the-same") for _ in range(4)))
    await referrals.deliver(event, event_id="replayed")
    assert await referrals.count(Referral) == 2


async def test_what_is_not_known_yet_waits_and_is_never_lost(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    event = an_escalation(sent)
    with pytest.raises(NotNow):
        await referrals.deliver(event, event_id="early")
    unknown = an_escalation(sent, family_id=uuid4())
    let_casework_answer(referrals, unknown)
    with pytest.raises(FamilyNotInIndex):
        await referrals.deliver(unknown, event_id="unknown")
    childless = an_escalation(sent, child_ids=[uuid4()])
    let_casework_answer(referrals, childless)
    with pytest.raises(FamilyNotInIndex):
        await referrals.deliver(childless, event_id="childless")
    assert [await referrals.count(table) for table in (Referral, InboxRow)] == [1, 0]
    let_casework_answer(referrals, event)
    await referrals.deliver(event, event_id="early")
    assert await referrals.count(Referral) == 2


async def test_a_restricted_familys_escalation_is_seen_by_the_named_alone(referrals: ServiceUnderTest) -> None:
    sent = await submitted(referrals)
    manager = referrals.as_("mash_manager", sub="maria")
    restriction = {"subjects": ["maria"], "reason": "Staff of the county"}
    await answered(await manager.post(f"/families/{sent['family_id']}/restriction", json=restriction), 200)
    event = an_escalation(sent)
    let_casework_answer(referrals, event)
    await referrals.deliver(event)
    path = f"/referrals/{(await _newest(referrals)).referral_id}"
    assert (await manager.get(path)).status_code == 200
    assert (await referrals.as_("mash_manager", sub="noel").get(path)).status_code == 404


async def test_of_a_merged_child_the_surviving_record_is_referred(referrals: ServiceUnderTest) -> None:
    known, again = await submitted(referrals), await submitted(referrals)
    [survivor], [merged] = ([each["child_id"] for each in sent["children"]] for sent in (known, again))
    merge = {"surviving_child_id": survivor, "merged_child_id": merged, "reason": "One child"}
    await answered(await referrals.as_("mash_manager").post("/merges", json=merge))
    event = an_escalation(again, child_ids=[UUID(merged), UUID(survivor), uuid4()])
    let_casework_answer(referrals, event)
    await referrals.deliver(event)
    assert (await _newest(referrals)).child_ids == [UUID(survivor)]


async def test_where_no_postcode_gives_an_area_the_cases_area_places_it(referrals: ServiceUnderTest) -> None:
    event = an_escalation(await submitted(referrals, address={"lines": ["Ock Street"]}))
    let_casework_answer(referrals, event)
    await referrals.deliver(event)
    assert (await _newest(referrals)).area == "north"


async def test_a_referral_of_a_form_is_made_of_no_escalation(referrals: ServiceUnderTest) -> None:
    await answered(await referrals.as_("referrer").post("/referrals", json=a_referral()))
    assert (await _newest(referrals)).escalation_id is None
