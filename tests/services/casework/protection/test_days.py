"""No step is earlier than what it follows, and none is of a day to come: each call, on the day before the first."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from services.casework.cases.cases.rules import is_adult
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import an_accepted_referral
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
    held,
    read,
    sent,
)


def _refusal(refused: Json) -> tuple[str, str, str | None]:
    [error] = refused["errors"]
    return error["field"], error["code"], refused.get("census_rule")


async def test_nothing_is_earlier_than_the_referral(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, since=30)
    one, before = f"/cases/{case['id']}", ago(31).isoformat()
    talk = {"participants": PRESENT, "outcome": "section_47", "reason": "x"}
    calls: list[tuple[str, Json, str, str]] = [
        ("assessments", {"started_on": before}, "/started_on", "1103"),
        ("strategy-discussions", {**talk, "held_at": f"{before}T12:00:00Z"}, "/held_at", "2889"),
        ("need-plans", {"started_on": before, "goals": ["x"]}, "/started_on", "4015"),
        ("court-stages", {"stage": "legal_planning_meeting", "on": before}, "/on", "8565"),
    ]
    for path, body, field, census_rule in calls:
        assert _refusal(await sent(casework, f"{one}/{path}", body, 422)) == (field, "out-of-order", census_rule)
    assert (await read(casework, f"{one}/protection"))["timescales"][0]["step"] == "assessment"


async def test_nothing_is_of_a_day_to_come(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework)
    one, later = f"/cases/{case['id']}", (ago(0) + timedelta(days=1)).isoformat()
    plan_id = conference["children"][0]["plan_id"]
    ending: Json = {"reason": "died", "text": "x"}
    calls: list[tuple[str, Json, str]] = [
        (f"{one}/assessments", {"started_on": later}, "/started_on"),
        (f"{one}/core-groups", {"held_on": later, "quorate": True, "present": PRESENT}, "/held_on"),
        (f"{one}/court-stages", {"stage": "application", "on": later}, "/on"),
        (f"/protection-plans/{plan_id}/ending", {**ending, "ended_on": later}, "/ended_on"),
    ]
    for path, body, field in calls:
        assert _refusal(await sent(casework, path, body, 422)) == (field, "in-the-future", None)


async def test_a_plan_ends_after_its_first_day_and_another_begins_no_earlier(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework)
    [child] = children_of(case)
    plan_id, began = conference["children"][0]["plan_id"], conference["held_on"]
    path = f"/protection-plans/{plan_id}/ending"
    ending: Json = {"reason": "moved_out", "text": "x"}
    refused = await sent(casework, path, {**ending, "ended_on": began}, 422)
    assert _refusal(refused) == ("/ended_on", "out-of-order", "8840")
    await sent(casework, path, {**ending, "ended_on": ago(20).isoformat()}, 200)
    older: Json = {"child_id": child, "started_on": ago(21).isoformat(), "category": "PHY"}
    refused = await sent(casework, f"/cases/{case['id']}/protection-plans", older, 422)
    assert _refusal(refused) == ("/started_on", "out-of-order", "8940")
    first = await read(casework, f"/protection-plans/{plan_id}")
    assert first["days"] == (ago(20) - date.fromisoformat(began)).days


async def test_a_need_plan_does_not_end_before_it_began(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    body = {"started_on": ago(50).isoformat(), "goals": ["x"]}
    plan = await sent(casework, f"/cases/{case['id']}/need-plans", body)
    ending = {"ended_on": ago(51).isoformat(), "reason": "x"}
    refused = await sent(casework, f"/need-plans/{plan['id']}/ending", ending, 422)
    assert _refusal(refused) == ("/ended_on", "out-of-order", "4011")


async def _a_family_with_unborn(casework: ServiceUnderTest, expected: date) -> tuple[Json, str]:
    born, unborn = uuid4(), uuid4()
    received_at = ago(200)
    accepted = an_accepted_referral(child_ids=[born, unborn])
    accepted = accepted.model_copy(
        update={
            "received_at": accepted.received_at - timedelta(days=200),
            "decided_at": accepted.decided_at - timedelta(days=200),
        }
    )
    child: dict[str, Any] = {"given_name": "Barnabas", "family_name": "Quillfeather", "expected_date_of_birth": None}
    children = [
        {**child, "child_id": str(born), "date_of_birth": "2016-05-04"},
        {
            **child,
            "given_name": "Unborn",
            "child_id": str(unborn),
            "date_of_birth": None,
            "expected_date_of_birth": expected.isoformat(),
        },
    ]
    url = f"http://referrals/v1/referrals/{accepted.referral_id}"
    casework.answers[url] = {"area": "south", "children": children}
    await casework.deliver(accepted)
    asked = {"referral": str(accepted.referral_id)}
    [case] = (await casework.as_("area_manager").get("/cases", params=asked)).json()["items"]
    assert case["opened_on"] == received_at.isoformat()
    return case, str(unborn)


async def test_an_unborn_child_has_a_plan_but_not_from_before_the_pregnancy(casework: ServiceUnderTest) -> None:
    expected = ago(0) + timedelta(weeks=20)
    conceived = expected - timedelta(weeks=40)
    case, unborn = await _a_family_with_unborn(casework, expected)
    early: Json = {"children": [unborn], "started_on": (conceived - timedelta(days=1)).isoformat()}
    refused = await sent(casework, f"/cases/{case['id']}/assessments", early, 422)
    assert _refusal(refused) == ("/started_on", "before-birth", "8606")
    await sent(casework, f"/cases/{case['id']}/assessments", {**early, "started_on": conceived.isoformat()})
    elsewhere: Json = {"child_id": unborn, "started_on": early["started_on"], "category": "NEG"}
    refused = await sent(casework, f"/cases/{case['id']}/protection-plans", elsewhere, 422)
    assert _refusal(refused) == ("/started_on", "before-birth", "8606")
    enquiry = await an_enquiry(casework, case, 60)
    body = a_conference(a_weekday(ago(50)), [for_a_plan(unborn)], section_47_enquiry_id=enquiry["id"])
    await held(casework, case, body)
    whole = await read(casework, f"/cases/{case['id']}/protection")
    assert {each["child_id"]: bool(each["plan"]) for each in whole["children"]}[unborn] is True


@pytest.mark.parametrize(
    ("born", "day", "adult"),
    [
        (date(2008, 3, 10), date(2026, 3, 9), False),
        (date(2008, 3, 10), date(2026, 3, 10), True),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2008, 2, 29), date(2028, 2, 29), True),
        (None, date(2026, 3, 10), False),
    ],
)
def test_a_child_is_one_until_the_eighteenth_birthday(born: date | None, day: date, adult: bool) -> None:
    assert is_adult(day, born) is adult


async def _a_family_with_adult(casework: ServiceUnderTest, turned_on: date) -> tuple[Json, str, str]:
    """A sister of nine, and a brother who turned 18 on that day."""
    sister, brother = uuid4(), uuid4()
    born = turned_on.replace(year=turned_on.year - 18)
    accepted = an_accepted_referral(child_ids=[sister, brother])
    at = accepted.received_at - timedelta(days=60)
    accepted = accepted.model_copy(update={"received_at": at, "decided_at": at})
    child: Json = {"given_name": "Ida", "family_name": "Quillfeather", "expected_date_of_birth": None}
    children = [
        {**child, "child_id": str(sister), "date_of_birth": "2017-05-04"},
        {**child, "child_id": str(brother), "date_of_birth": born.isoformat(), "given_name": "Odo"},
    ]
    url = f"http://referrals/v1/referrals/{accepted.referral_id}"
    casework.answers[url] = {"area": "south", "children": children}
    await casework.deliver(accepted)
    asked = {"referral": str(accepted.referral_id)}
    [case] = (await casework.as_("area_manager").get("/cases", params=asked)).json()["items"]
    return case, str(sister), str(brother)


@time_machine.travel("2026-07-02T10:00:00Z", tick=False)
async def test_section_47_is_about_children_and_leaves_out_a_sibling_who_is_of_age(casework: ServiceUnderTest) -> None:
    case, sister, brother = await _a_family_with_adult(casework, date(2026, 6, 20))
    one = f"/cases/{case['id']}"
    talk: Json = {"participants": PRESENT, "outcome": "section_47", "reason": "x"}
    named = {**talk, "children": [sister, brother]}
    refused = await sent(casework, f"{one}/strategy-discussions", {**named, "held_at": "2026-06-20T10:00:00Z"}, 422)
    assert _refusal(refused) == ("/children/1", "adult", None)
    held_before = {**named, "held_at": "2026-06-19T10:00:00Z"}
    assert len((await sent(casework, f"{one}/strategy-discussions", held_before))["children"]) == 2
    discussion = await sent(casework, f"{one}/strategy-discussions", {**talk, "held_at": "2026-06-20T10:00:00Z"})
    assert discussion["children"] == [sister]
    begun = {"strategy_discussion_id": discussion["id"], "started_on": "2026-06-20", "kind": "single"}
    enquiry = await sent(casework, f"{one}/section-47-enquiries", begun)
    assert enquiry["children"] == [sister]
    elsewhere = {"child_id": brother, "started_on": "2026-06-01", "category": "NEG"}
    refused = await sent(casework, f"{one}/protection-plans", elsewhere, 422)
    assert _refusal(refused) == ("/child_id", "adult", None)
    decided = [for_a_plan(sister), for_a_plan(brother)]
    body = a_conference(date(2026, 6, 26), decided, section_47_enquiry_id=enquiry["id"])
    await held(casework, case, body, 409)  # the enquiry is not about him
    [plan_of] = (await held(casework, case, {**body, "children": decided[:1]}))["children"]
    ending = {"reason": "turned_18", "text": "Works, and lives with friends"}
    refused = await sent(casework, f"/protection-plans/{plan_of['plan_id']}/ending", ending, 422)
    assert _refusal(refused) == ("/reason", "not-18", None)


@time_machine.travel("2026-06-10T10:00:00Z", tick=False)
async def test_a_plan_ends_with_the_eighteenth_birthday_and_no_other_begins(casework: ServiceUnderTest) -> None:
    case, _, brother = await _a_family_with_adult(casework, date(2026, 6, 20))
    body = {"child_id": brother, "started_on": "2026-06-01", "category": "NEG"}
    plan = await sent(casework, f"/cases/{case['id']}/protection-plans", body)
    with time_machine.travel("2026-06-22T10:00:00Z", tick=False):
        path, ending = f"/protection-plans/{plan['id']}/ending", {"reason": "turned_18", "text": "Lives with friends"}
        early = await sent(casework, path, {**ending, "ended_on": "2026-06-19"}, 422)
        assert _refusal(early) == ("/reason", "not-18", None)
        ended = await sent(casework, path, {**ending, "ended_on": "2026-06-20"}, 200)
        assert (ended["end_reason"], ended["days"]) == ("turned_18", 19)
        enquiry = await an_enquiry(casework, case, 2)
        assert brother not in enquiry["children"]
