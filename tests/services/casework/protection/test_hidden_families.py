"""Whom a restricted family on the statutory path is hidden from, and what two people do at one moment; on SQLite and
on PostgreSQL."""

import asyncio
from typing import Any

import httpx

from services.casework.protection.conferences.models import Conference
from services.casework.protection.core_groups.models import CoreGroup
from services.casework.protection.enquiries.models import Enquiry
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.record.contacts.models import Contact
from shared.contracts.casework import ProtectionPlanEnded
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.protection.protection_made import (
    PRESENT,
    Json,
    a_conference,
    a_family,
    a_protected_family,
    a_weekday,
    ago,
    an_enquiry,
    children_of,
    for_a_plan,
    sent,
)

WRITTEN = (Conference, CoreGroup, Enquiry, ProtectionPlan, Contact)


async def _restrict(casework: ServiceUnderTest, case: Json, *subjects: str) -> None:
    body = {"subjects": ["maria", *subjects], "reason": "The child of a member of staff"}
    path = f"/families/{case['family_id']}/restriction"
    await sent(casework, path, body, 200, role="team_manager", sub="maria")


def _lists(case: Json, conference: Json) -> list[str]:
    plan_id = conference["children"][0]["plan_id"]
    paths = ("protection", "assessments", "strategy-discussions", "section-47-enquiries", "conferences", "core-groups")
    of_case = [f"/cases/{case['id']}/{path}" for path in (*paths, "need-plans", "court-stages")]
    return [*of_case, f"/protection-plans/{plan_id}", f"/section-47-enquiries/{conference['section_47_enquiry_id']}"]


async def test_a_restricted_family_is_in_no_answer_of_the_statutory_path_to_others(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework)
    await a_protected_family(casework)
    await _restrict(casework, case, "petra")
    named, outsider = (casework.as_("team_manager", sub=subject) for subject in ("petra", "noel"))
    for path in _lists(case, conference)[:-1]:
        assert [(await client.get(path)).status_code for client in (named, outsider)] == [200, 404], path
    for client, count in ((named, 2), (outsider, 1)):
        assert len((await client.get("/protection-plans")).json()["items"]) == count
        figures = (await client.get("/protection-plans/figures")).json()
        assert [figures["plans"], sum(figures["by_category"].values()), sum(figures["by_duration"].values())] == [
            count
        ] * 3
        due = (await client.get("/timescales", params={"step": "core_group", "within_days": 365})).json()["items"]
        assert len(due) == count
    assert case["id"] not in {each["case_id"] for each in due}


async def test_whoever_does_not_see_a_family_changes_nothing_on_its_path(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework)
    await _restrict(casework, case)
    [child] = children_of(case)
    before = [await casework.count(table) for table in WRITTEN]
    at, plan_id = f"/cases/{case['id']}", conference["children"][0]["plan_id"]
    visit = {"purpose": "child_protection_visit", "place": "home", "text": "Seen"}
    tried: dict[str, Json] = {
        f"{at}/assessments": {"children": [child]},
        f"{at}/strategy-discussions": {"participants": PRESENT, "outcome": "section_47", "reason": "x"},
        f"{at}/conferences": a_conference(
            a_weekday(ago(1)), [{"child_id": child, "decision": "continue"}], kind="review"
        ),
        f"{at}/core-groups": {"held_on": ago(1).isoformat(), "quorate": True, "present": PRESENT},
        f"{at}/protection-plans": {"child_id": child, "started_on": ago(9).isoformat(), "category": "NEG"},
        f"{at}/visits": {**visit, "children": [{"child_id": child, "seen": True, "seen_alone": True}]},
        f"{at}/court-stages": {"stage": "legal_planning_meeting", "children": [child]},
        f"/protection-plans/{plan_id}/ending": {"reason": "died", "text": "x"},
    }
    for path, body in tried.items():
        refused = await sent(casework, path, body, 404, sub="noel")
        assert refused["code"] == "not-found", path
    assert [await casework.count(table) for table in WRITTEN] == before


async def _statuses(*calls: Any) -> list[int]:
    answers: list[httpx.Response] = await asyncio.gather(*calls)
    return sorted(each.status_code for each in answers)


async def test_of_two_enquiries_begun_at_one_moment_one_stands(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    body = {"participants": PRESENT, "outcome": "section_47", "reason": "Bruises, and no account of them"}
    discussion = await sent(casework, f"/cases/{case['id']}/strategy-discussions", body)
    begun = {"strategy_discussion_id": discussion["id"], "kind": "single"}
    client = casework.as_("practice_supervisor")
    path = f"/cases/{case['id']}/section-47-enquiries"
    assert await _statuses(*(client.post(path, json=begun) for _ in range(4))) == [201, 409, 409, 409]
    assert await casework.count(Enquiry) == 1


async def test_a_plan_that_is_ended_twice_at_one_moment_ends_once(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework)
    [child] = children_of(case)
    client = casework.as_("practice_supervisor")
    end = {"child_id": child, "decision": "end", "reason": "The harm has ended"}
    review = a_conference(a_weekday(ago(1)), [end], kind="review")
    gone = {"reason": "moved_out", "text": "Moved to the coast"}
    statuses = await _statuses(
        client.post(f"/cases/{case['id']}/conferences", json=review),
        client.post(f"/protection-plans/{conference['children'][0]['plan_id']}/ending", json=gone),
    )
    assert statuses in ([200, 409], [201, 409])
    assert len(await casework.events(ProtectionPlanEnded)) == 1


async def test_a_review_recorded_after_a_later_one_does_not_bring_its_category_back(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework)
    [child] = children_of(case)
    plan_id = conference["children"][0]["plan_id"]
    for days_ago, category in ((10, "EMO"), (40, "PHY")):
        goes_on = {"child_id": child, "decision": "continue", "category": category}
        body = a_conference(a_weekday(ago(days_ago)), [goes_on], kind="review")
        await sent(casework, f"/cases/{case['id']}/conferences", body)
    plan = (await casework.as_("area_manager").get(f"/protection-plans/{plan_id}")).json()
    assert (plan["category"], plan["initial_category"]) == ("EMO", "NEG")


async def test_an_enquiry_and_its_conference_are_about_the_children_discussed(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, 2)
    first, second = children_of(case)
    enquiry = await an_enquiry(casework, case, 30, [first])
    both = [for_a_plan(first), for_a_plan(second)]
    body = a_conference(a_weekday(ago(20)), both, section_47_enquiry_id=enquiry["id"])
    refused = await sent(casework, f"/cases/{case['id']}/conferences", body, 409)
    assert refused["code"] == "enquiry-needs-no-conference"
    assert await casework.count(ProtectionPlan) == 0
