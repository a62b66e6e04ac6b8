"""Those around a family ask the front door for more, and hear what it made of that."""

from typing import Any
from uuid import UUID, uuid4

from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.early_help.escalations.models import Escalation
from shared import clock
from shared.contracts.casework import EarlyHelpEscalated
from shared.contracts.referrals import ReferralSubmitted
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker
from tests.services.casework.early_help.early_help_made import (
    SCHOOL,
    a_case_with_team,
    ago,
    amina,
    an_early_help_case,
    answered,
    fields_of,
    refusal,
    taf,
)

WORRY = {"concerns": ["neglect", "domestic_abuse", "neglect"], "narrative": "A bruise, and nobody at home."}


def a_submission(escalation: dict[str, Any], **changes: Any) -> ReferralSubmitted:
    fields: dict[str, Any] = {
        "referral_id": uuid4(),
        "family_id": UUID(escalation["family_id"]),
        "child_ids": [UUID(each) for each in escalation["child_ids"]],
        "source": "5D",
        "area": "south",
        "district": None,
        "immediate_danger": False,
        "received_at": clock.now(),
        "rating_due_at": clock.now(),
        "decision_due_at": clock.now(),
        "escalation_id": UUID(escalation["id"]),
    }
    return ReferralSubmitted(**{**fields, **changes})


async def test_the_lead_professional_escalates_and_the_event_holds_no_text(casework: ServiceUnderTest) -> None:
    case, _ = await a_case_with_team(casework)
    sent = {**WORRY, "immediate_danger": True, "consent": {"given": False, "override_reason": "Danger"}}
    made = await answered(await amina(casework).post(f"/cases/{case['id']}/escalation", json=sent))
    assert made["concerns"] == ["domestic_abuse", "neglect"]
    by = {"name": "Amina Osei", "role": "Pastoral lead", "organisation": SCHOOL, "subject": "amina"}
    assert made["escalated_by"] == {**by, "partner_organisation": SCHOOL}
    assert (made["referral_id"], made["area"], len(made["child_ids"])) == (None, "south", 2)
    [event] = await casework.events(EarlyHelpEscalated)
    assert isinstance(event, EarlyHelpEscalated)
    published = (str(event.escalation_id), str(event.case_id), event.immediate_danger)
    assert published == (made["id"], case["id"], True)
    assert not any(b"bruise" in envelope or b"neglect" in envelope for envelope in await casework.envelopes())
    for client in (casework.as_("service"), amina(casework), casework.as_("team_manager")):
        assert (await client.get(f"/early-help/escalations/{made['id']}")).json() == made
    stranger = casework.as_("partner", sub="x", organisation="Another School")
    assert (await stranger.get(f"/early-help/escalations/{made['id']}")).status_code == 404
    story = await casework.as_("team_manager").get(f"/families/{case['family_id']}/chronology")
    assert "early_help_escalated" in [each["kind"] for each in story.json()["items"]]


async def test_the_escalation_shows_its_referral_whichever_referral_event_is_received(
    casework: ServiceUnderTest,
) -> None:
    case, _ = await a_case_with_team(casework)
    made = await answered(await amina(casework).post(f"/cases/{case['id']}/escalation", json=WORRY))
    await casework.deliver(a_submission(made, escalation_id=None))
    await casework.deliver(a_submission(made, escalation_id=uuid4()))
    submission = a_submission(made)
    for _ in range(2):
        await casework.deliver(submission, event_id="the-same")
    [shown] = (await amina(casework).get(f"/cases/{case['id']}/escalations")).json()["items"]
    assert shown["referral_id"] == str(submission.referral_id)


async def test_our_own_escalate_too_on_any_pathway_and_without_a_team(casework: ServiceUnderTest) -> None:
    worker = await a_worker(casework, subject="rosalind", name="Rosalind Achebe")
    case = await a_case(casework)
    sent = {"worker_id": worker["id"]}
    await answered(await casework.as_("team_manager").post(f"/cases/{case['id']}/allocation", json=sent))
    own = casework.as_("social_worker", sub="rosalind")
    made = await answered(await own.post(f"/cases/{case['id']}/escalation", json=WORRY))
    assert made["escalated_by"]["name"] == "Rosalind Achebe"
    assert made["escalated_by"]["organisation"] == "Family Support Service"
    assert made["escalated_by"]["partner_organisation"] is None
    without_worker = await an_early_help_case(casework)
    boss = casework.as_("area_manager", sub="boss", name="Ben Boss")
    made = await answered(await boss.post(f"/cases/{without_worker['id']}/escalation", json=WORRY))
    assert (made["escalated_by"]["name"], made["escalated_by"]["role"]) == ("Ben Boss", "area manager")


async def test_who_escalates_for_an_organisation_is_named_as_the_token_names_them(casework: ServiceUnderTest) -> None:
    case, _ = await a_case_with_team(casework, subject=None)
    colleague = casework.as_("referrer", sub="cy", organisation="larkmead school", name="Cy Colleague")
    made = await answered(await colleague.post(f"/cases/{case['id']}/escalation", json=WORRY))
    assert (made["escalated_by"]["name"], made["escalated_by"]["organisation"]) == ("Cy Colleague", SCHOOL)
    assert made["escalated_by"]["partner_organisation"] == "larkmead school"


async def test_a_bad_escalation_stores_and_announces_nothing(casework: ServiceUnderTest) -> None:
    case, _ = await a_case_with_team(casework)
    bad: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"concerns": []}, ("/concerns", "too-short")),
        ({"concerns": ["gossip"]}, ("/concerns/0", "unknown-code")),
        ({"narrative": " "}, ("/narrative", "string-too-short")),
        ({"consent": {"given": False}}, ("/consent/override_reason", "reason-needed")),
    ]
    for change, expected in bad:
        answer = await amina(casework).post(f"/cases/{case['id']}/escalation", json={**WORRY, **change})
        assert fields_of(answer) == [expected]
    assert await casework.count(Escalation) == 0
    assert await casework.events(EarlyHelpEscalated) == []


async def test_strangers_and_members_who_left_do_not_escalate_and_the_refusal_of_a_closed_case_names_the_way(
    casework: ServiceUnderTest,
) -> None:
    case, team = await a_case_with_team(casework)
    path, manager = f"/cases/{case['id']}/escalation", casework.as_("team_manager")
    bel = casework.as_("partner", sub="bel", organisation="Oxford Health")
    assert (await casework.as_("partner", sub="x", organisation="Another").post(path, json=WORRY)).status_code == 404
    await answered(await bel.post(path, json=WORRY))
    await answered(await manager.post(taf(case, f"/members/{team['members'][1]['id']}/departure"), json={}), 200)
    assert (await bel.post(path, json=WORRY)).status_code == 404
    closed = {"reason": "RC7", "closed_on": ago(0)}
    await answered(await manager.post(f"/cases/{case['id']}/closure", json=closed), 200)
    refused = await amina(casework).post(path, json=WORRY)
    assert refusal(refused) == (409, "case-closed")
    assert "referral" in refused.json()["title"]


async def test_the_front_door_may_ask_about_a_restricted_family(casework: ServiceUnderTest) -> None:
    case, _ = await a_case_with_team(casework)
    made = await answered(await amina(casework).post(f"/cases/{case['id']}/escalation", json=WORRY))
    async with casework.database.begin() as session:
        session.add(FamilyRestriction(family_id=UUID(case["family_id"]), source="casework", subject="named"))
    one = f"/early-help/escalations/{made['id']}"
    assert (await casework.as_("service").get(one)).status_code == 200
    assert (await casework.as_("area_manager").get(one)).status_code == 404
    assert (await amina(casework).post(f"/cases/{case['id']}/escalation", json=WORRY)).status_code == 404


async def test_a_second_worry_is_a_second_escalation_in_order_of_time(casework: ServiceUnderTest) -> None:
    case, _ = await a_case_with_team(casework)
    path = f"/cases/{case['id']}/escalation"
    key = {"Idempotency-Key": "the-same-worry"}
    first = [await answered(await amina(casework).post(path, json=WORRY, headers=key)) for _ in range(2)]
    assert first[0]["id"] == first[1]["id"]
    second = await answered(await amina(casework).post(path, json=WORRY))
    page = (await amina(casework).get(f"{path}s", params={"limit": "1"})).json()
    rest = (await amina(casework).get(f"{path}s", params={"limit": "1", "after": page["next"]})).json()
    assert [page["items"][0]["id"], rest["items"][0]["id"]] == [first[0]["id"], second["id"]]
