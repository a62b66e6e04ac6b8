"""Child in need plans, plans from elsewhere and the way to court, on SQLite and on PostgreSQL."""

from datetime import date, timedelta

from services.casework.protection.court_stages.models import CourtStage
from services.casework.protection.need_plans.models import NeedPlan
from services.casework.record.timescales.rules import due_on
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker
from tests.services.casework.protection.protection_made import (
    Json,
    a_conference,
    a_family,
    a_protected_family,
    a_weekday,
    ago,
    an_enquiry,
    children_of,
    due_in,
    for_a_plan,
    held,
    read,
    sent,
)

GOALS = ["School every day"]


async def _need_plan(casework: ServiceUnderTest, case: Json, days_ago: int, status: int = 201) -> Json:
    body = {"started_on": ago(days_ago).isoformat(), "goals": GOALS}
    return await sent(casework, f"/cases/{case['id']}/need-plans", body, status)


async def _stage(
    casework: ServiceUnderTest, case: Json, stage: str, days_ago: int, status: int = 201, **more: str
) -> Json:
    body = {"stage": stage, "on": ago(days_ago).isoformat(), **more}
    return await sent(casework, f"/cases/{case['id']}/court-stages", body, status)


async def test_a_child_in_need_plan_is_reviewed_and_ends_with_a_protection_plan(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, 2)
    first, second = children_of(case)
    plan = await _need_plan(casework, case, 100)
    assert {each["next_review_due_on"] for each in plan["children"]} == {(ago(100) + timedelta(weeks=4)).isoformat()}
    again = await _need_plan(casework, case, 90, 409)
    assert (again["census_rule"], again["call"]) == ("4004", f"POST /casework/v1/need-plans/{plan['id']}/ending")
    review: Json = {"kind": "child_in_need", "held_on": ago(75).isoformat(), "outcome": "continue", "notes": "x"}
    reviewed = await sent(casework, f"/cases/{case['id']}/reviews", review)
    assert reviewed["next_review_due_on"] == due_on("later_need_review", ago(75)).isoformat()
    enquiry = await an_enquiry(casework, case, 30, [first])
    body = a_conference(a_weekday(ago(20)), [for_a_plan(first)], section_47_enquiry_id=enquiry["id"])
    await held(casework, case, body)
    [shown] = (await read(casework, f"/cases/{case['id']}/need-plans"))["items"]
    ended = {each["child_id"]: each["ended_on"] for each in shown["children"]}
    assert ended == {first: a_weekday(ago(20)).isoformat(), second: None}
    whole = await read(casework, f"/cases/{case['id']}/protection")
    assert {each["child_id"]: bool(each["need_plan"]) for each in whole["children"]} == {first: False, second: True}
    beside = {"children": [first], "goals": GOALS}
    refused = await sent(casework, f"/cases/{case['id']}/need-plans", beside, 409)
    assert (refused["code"], refused["census_rule"]) == ("on-protection-plan", "4001")
    done = await sent(casework, f"/need-plans/{plan['id']}/ending", {"reason": "Reached"}, 200)
    assert all(each["ended_on"] for each in done["children"])
    assert (await sent(casework, f"/need-plans/{plan['id']}/ending", {"reason": "Twice"}, 409))[
        "code"
    ] == "need-plan-ended"


async def test_a_need_plan_does_not_overlap_another_or_begin_before_the_referral(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    plan = await _need_plan(casework, case, 100)
    await sent(casework, f"/need-plans/{plan['id']}/ending", {"reason": "x", "ended_on": ago(50).isoformat()}, 200)
    assert (await _need_plan(casework, case, 60, 422))["census_rule"] == "4014"
    assert (await _need_plan(casework, case, 201, 422))["census_rule"] == "4015"
    await _need_plan(casework, case, 50)
    assert await casework.count(NeedPlan) == 2


async def test_a_need_plan_takes_a_family_up_from_thriving_families(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, outcome="thriving_families")
    since = {"joined_on": ago(40).isoformat()}
    worker = await a_worker(casework, role="family_support_worker", registration_number=None, **since)
    given = {"worker_id": worker["id"], "starts_on": ago(30).isoformat()}
    await sent(casework, f"/cases/{case['id']}/allocation", given, role="team_manager")
    await _need_plan(casework, case, 0)
    after = await read(casework, f"/cases/{case['id']}")
    assert (after["pathway"], after["key_worker"]) == ("child_in_need", None)
    assert after["unallocated_since"] == ago(0).isoformat()


async def test_a_plan_of_another_authority_is_temporary_until_its_conference(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    [child] = children_of(case)
    body = {"child_id": child, "started_on": ago(300).isoformat(), "category": "PHY", "previous_plans": 1}
    plan = await sent(
        casework,
        f"/cases/{case['id']}/protection-plans",
        {**body, "from_authority": "Wiltshire", "last_visit_on": ago(5).isoformat()},
    )
    assert plan["temporary"] is True
    assert plan["next_visit_due_on"] == due_on("protection_visit", ago(5)).isoformat()
    [due] = await due_in(casework, case, "transfer_in_conference")
    assert due["due_on"] == due_on("transfer_in_conference", ago(300)).isoformat()
    assert (await read(casework, f"/cases/{case['id']}"))["pathway"] == "child_protection"
    review = a_conference(a_weekday(ago(3)), [{"child_id": child, "decision": "continue"}], kind="review")
    assert (await held(casework, case, review, 409))["code"] == "transfer-in-first"
    await held(casework, case, a_conference(a_weekday(ago(2)), [for_a_plan(child, "NEG")], kind="transfer_in"))
    [own] = (await read(casework, "/protection-plans"))["items"]
    assert (own["temporary"], own["category"], own["previous_plans"]) == (False, "NEG", 1)
    assert own["started_on"] == a_weekday(ago(2)).isoformat()
    before = await read(casework, f"/protection-plans/{plan['id']}")
    assert before["end_reason"] == "transfer_in_conference"


async def test_an_older_plan_goes_on_with_what_was_done_last(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    [child] = children_of(case)
    plan = await sent(
        casework,
        f"/cases/{case['id']}/protection-plans",
        {
            "child_id": child,
            "started_on": ago(400).isoformat(),
            "category": "NEG",
            "initial_category": "EMO",
            "last_review_on": ago(60).isoformat(),
            "last_core_group_on": ago(20).isoformat(),
        },
    )
    assert (plan["category"], plan["initial_category"]) == ("NEG", "EMO")
    assert plan["next_review_due_on"] == due_on("later_review_conference", ago(60)).isoformat()
    assert plan["next_core_group_due_on"] == due_on("later_core_group", ago(20)).isoformat()
    longest = await read(casework, "/protection-plans", longer_than_days=399)
    assert [each["days"] for each in longest["items"]] == [400]
    assert (await read(casework, "/protection-plans", longer_than_days=400))["items"] == []
    gone = {"reason": "moved_out", "text": "Wiltshire held its conference"}
    done = await sent(casework, f"/protection-plans/{plan['id']}/ending", gone, 200)
    assert (done["end_reason"], done["next_review_due_on"]) == ("moved_out", None)
    assert (await read(casework, f"/cases/{case['id']}"))["pathway"] == "child_in_need"
    [ended] = (await read(casework, "/protection-plans", open=False, longer_than_days=399))["items"]
    assert ended["days"] == 400


async def test_the_way_to_court_and_back_to_the_plan(casework: ServiceUnderTest) -> None:
    case, _ = await a_protected_family(casework)
    await _stage(casework, case, "legal_planning_meeting", 80)
    letter = await _stage(casework, case, "letter_before_proceedings", 75)
    assert letter["due_on"] == (ago(75) + timedelta(weeks=16)).isoformat()
    refused = await _stage(casework, case, "interim_order", 70, 409, order="interim_care_order")
    assert (refused["code"], refused["standing"]) == ("not-a-lawful-stage", "pre_proceedings")
    application = await _stage(casework, case, "application", 60)
    assert application["due_on"] == (ago(60) + timedelta(weeks=26)).isoformat()
    assert (await read(casework, f"/cases/{case['id']}"))["pathway"] == "court"
    assert [each["status"] for each in await due_in(casework, case, "pre_proceedings", status="met")] == ["met"]
    assert (await _stage(casework, case, "interim_order", 50, 422))["errors"][0]["field"] == "/order"
    assert (await _stage(casework, case, "interim_order", 61, 422, order="interim_care_order"))["errors"][0][
        "code"
    ] == ("out-of-order")
    closing = {"closed_on": ago(0).isoformat(), "reason": "RC7"}
    refused = await sent(casework, f"/cases/{case['id']}/closure", closing, 409)
    assert [each["kind"] for each in refused["open"]] == ["protection_plan", "proceedings"]
    await _stage(casework, case, "final_order", 10, order="supervision_order")
    assert (await read(casework, f"/cases/{case['id']}"))["pathway"] == "child_protection"
    assert await casework.count(CourtStage) == 4


async def test_a_case_closed_after_its_assessment_had_one_and_nothing_more(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    closing: Json = {"closed_on": ago(0).isoformat(), "reason": "RC8"}
    refused = await sent(casework, f"/cases/{case['id']}/closure", closing, 422)
    assert (refused["errors"][0]["field"], refused["census_rule"]) == ("/text", "8825Q")
    plan = await _need_plan(casework, case, 50)
    refused = await sent(casework, f"/cases/{case['id']}/closure", closing, 409)
    assert refused["open"][0]["call"] == f"POST /casework/v1/need-plans/{plan['id']}/ending"
    await sent(casework, f"/need-plans/{plan['id']}/ending", {"reason": "x"}, 200)
    refused = await sent(casework, f"/cases/{case['id']}/closure", closing, 422)
    assert (refused["errors"][0]["field"], refused["census_rule"]) == ("/reason", "2990")
    await sent(casework, f"/cases/{case['id']}/closure", {**closing, "reason": "RC7"}, 200)


async def test_an_unborn_child_s_plan_is_not_older_than_the_pregnancy(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, since=400)
    assert date.fromisoformat(case["children"][0]["date_of_birth"]) < ago(400)
    await _need_plan(casework, case, 399)
