"""A family's way through the law against a migrated database, on SQLite and on PostgreSQL."""

from datetime import date, timedelta

from services.casework.record.timescales.rules import due_on
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.protection.protection_made import (
    PRESENT,
    a_conference,
    a_family,
    a_protected_family,
    a_visit,
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


async def test_a_conference_begins_the_plans_of_siblings_on_its_day_and_the_pathway_follows(
    casework: ServiceUnderTest,
) -> None:
    case = await a_family(casework, 2)
    assert case["pathway"] == "child_in_need"
    enquiry = await an_enquiry(casework, case, 30)
    assert enquiry["conference_due_on"] == due_on("initial_conference", ago(30)).isoformat()
    assert (await read(casework, f"/cases/{case['id']}"))["pathway"] == "child_protection"
    first, second = children_of(case)
    held_on = a_weekday(ago(20))
    made = await held(
        casework,
        case,
        a_conference(
            held_on,
            [for_a_plan(first), {"child_id": second, "decision": "no_plan", "reason": "Safe with the grandmother"}],
            section_47_enquiry_id=enquiry["id"],
        ),
    )
    by_child = {each["child_id"]: each for each in made["children"]}
    assert by_child[second]["plan_id"] is None
    plan = await read(casework, f"/protection-plans/{by_child[first]['plan_id']}")
    assert (plan["started_on"], plan["category"], plan["previous_plans"]) == (held_on.isoformat(), "NEG", 0)
    assert made["next_conference_due_on"] == due_on("first_review_conference", held_on).isoformat()
    assert plan["next_core_group_due_on"] == due_on("first_core_group", held_on).isoformat()
    assert plan["next_visit_due_on"] == due_on("protection_visit", held_on).isoformat()
    assert [each["status"] for each in await due_in(casework, case, "initial_conference", status="met")] == ["met"] * 2


async def test_core_groups_reviews_and_visits_follow_from_the_last_one(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework, 2)
    first, second = children_of(case)
    plan_id = next(each["plan_id"] for each in conference["children"] if each["child_id"] == first)
    met = ago(80)
    await sent(
        casework,
        f"/cases/{case['id']}/core-groups",
        {"held_on": met.isoformat(), "children": [], "quorate": False, "present": PRESENT, "notes": "Gone through"},
    )
    await a_visit(casework, case, ago(70), {first: True, second: False})
    review_on = a_weekday(ago(30))
    await held(
        casework,
        case,
        a_conference(
            review_on,
            [{"child_id": each, "decision": "continue"} for each in (first, second)],
            kind="review",
        ),
    )
    plan = await read(casework, f"/protection-plans/{plan_id}")
    assert plan["next_core_group_due_on"] == (met + timedelta(weeks=6)).isoformat()
    assert plan["next_review_due_on"] == due_on("later_review_conference", review_on).isoformat()
    assert plan["next_visit_due_on"] == due_on("protection_visit", ago(70)).isoformat()
    assert (plan["last_seen_on"], plan["last_seen_alone_on"]) == (ago(70).isoformat(),) * 2
    began = date.fromisoformat(plan["started_on"])
    due = {each["child_id"]: each["due_on"] for each in await due_in(casework, case, "protection_visit")}
    assert due[second] == due_on("protection_visit", began).isoformat()
    whole = await read(casework, f"/cases/{case['id']}/protection")
    assert [each["plan"]["category"] for each in whole["children"]] == ["NEG", "NEG"]
    assert [person["name"] for person in whole["children"][0]["core_group"]] == [each["name"] for each in PRESENT]


async def test_a_plan_ends_by_a_review_and_the_family_goes_back_to_child_in_need(casework: ServiceUnderTest) -> None:
    case, _ = await a_protected_family(casework)
    [child] = children_of(case)
    refused = await sent(
        casework, f"/cases/{case['id']}/closure", {"closed_on": ago(0).isoformat(), "reason": "RC7"}, 409
    )
    assert refused["code"] == "steps-open"
    [plan] = refused["open"]
    assert plan["kind"] == "protection_plan"
    assert plan["call"] == f"POST /casework/v1/cases/{case['id']}/conferences"
    down = {"pathway": "child_in_need", "reason": "It goes better"}
    refused = await sent(casework, f"/cases/{case['id']}/pathway", down, 409)
    assert refused["code"] == "steps-open"
    end = {"child_id": child, "decision": "end", "reason": "The harm has ended"}
    await held(casework, case, a_conference(a_weekday(ago(1)), [end], kind="review"))
    ended = await read(casework, f"/protection-plans/{plan['id']}")
    assert ended["end_reason"] == "review_conference"
    assert ended["next_review_due_on"] is None
    assert (await read(casework, f"/cases/{case['id']}"))["pathway"] == "child_in_need"
    assert [each["id"] for each in (await read(casework, "/protection-plans", open=False))["items"]] == [plan["id"]]
    assert (await read(casework, "/protection-plans"))["items"] == []


async def test_a_review_recorded_after_a_later_visit_still_ends_the_plan_on_its_own_day(
    casework: ServiceUnderTest,
) -> None:
    case, _ = await a_protected_family(casework)
    [child] = children_of(case)
    reviewed_on = a_weekday(ago(8))
    await a_visit(casework, case, ago(30), {child: True})
    await a_visit(casework, case, ago(2), {child: True})
    end = {"child_id": child, "decision": "end", "reason": "The harm has ended"}
    await held(casework, case, a_conference(reviewed_on, [end], kind="review"))
    [plan] = (await read(casework, "/protection-plans", open=False))["items"]
    assert plan["ended_on"] == reviewed_on.isoformat()
    assert plan["last_seen_on"] == ago(2).isoformat()
    done = [*await due_in(casework, case, "protection_visit", status="met_late")]
    assert [each["met_on"] for each in done] == [ago(30).isoformat()]
    assert await due_in(casework, case, "protection_visit") == []
    assert await due_in(casework, case, "protection_visit", status="met") == []


async def test_a_second_plan_counts_the_first_and_never_stands_beside_it(casework: ServiceUnderTest) -> None:
    case, _ = await a_protected_family(casework)
    [child] = children_of(case)
    enquiry = await an_enquiry(casework, case, 20)
    again = a_conference(a_weekday(ago(10)), [for_a_plan(child, "PHY")], section_47_enquiry_id=enquiry["id"])
    refused = await held(casework, case, again, 409)
    assert (refused["code"], refused["census_rule"]) == ("protection-plan-open", "8935")
    end = {"child_id": child, "decision": "end", "reason": "The harm has ended"}
    await held(casework, case, a_conference(a_weekday(ago(15)), [end], kind="review"))
    await held(casework, case, again)
    [plan] = (await read(casework, "/protection-plans"))["items"]
    assert (plan["previous_plans"], plan["category"]) == (1, "PHY")
    figures = await read(casework, "/protection-plans/figures")
    assert (figures["plans"], figures["second_or_later"], figures["by_category"]["PHY"]) == (1, 1, 1)


async def test_a_child_who_was_not_seen_is_still_due_and_it_is_on_record_why(casework: ServiceUnderTest) -> None:
    case, _ = await a_protected_family(casework)
    [child] = children_of(case)
    not_seen = {"child_id": child, "seen": False, "not_seen_reason": "Asleep, and the mother would not wake him"}
    visit = {"happened_on": ago(5).isoformat(), "purpose": "child_protection_visit", "children": [not_seen]}
    made = await sent(casework, f"/cases/{case['id']}/visits", visit)
    assert made["children"][0]["not_seen_reason"] == not_seen["not_seen_reason"]
    [due] = await due_in(casework, case, "protection_visit")
    assert due["status"] == "overdue"
    seen = {**visit, "children": [{**not_seen, "seen": True}]}
    refused = await sent(casework, f"/cases/{case['id']}/visits", seen, 422)
    assert refused["errors"][0]["field"] == "/children/0/not_seen_reason"
    amended = {"children": [{"child_id": child, "seen": True}], "reason": "He woke up before I left"}
    client = casework.as_("practice_supervisor")
    etag = (await client.get(f"/contacts/{made['id']}")).headers["ETag"]
    answer = await client.put(f"/contacts/{made['id']}", json=amended, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    [met] = await due_in(casework, case, "protection_visit", status="met_late")
    assert met["met_on"] == ago(5).isoformat()
    [following] = await due_in(casework, case, "protection_visit")
    assert following["due_on"] == due_on("protection_visit", ago(5)).isoformat()
    whole = await read(casework, f"/cases/{case['id']}/protection")
    assert whole["children"][0]["plan"]["next_visit_due_on"] == following["due_on"]
