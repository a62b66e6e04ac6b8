"""Plans follow the child and the case: records that are merged, and cases that are joined."""

from typing import Any

from tests.service_under_test import ServiceUnderTest
from tests.services.casework.lifecycle.joinings_made import TwoCases
from tests.services.casework.protection.protection_made import (
    PRESENT,
    Json,
    a_conference,
    a_visit,
    a_weekday,
    ago,
    due_in,
    for_a_plan,
    held,
    read,
    sent,
)


async def _an_older_plan(casework: ServiceUnderTest, case: Json, child: str, status: int = 201) -> Json:
    body = {"child_id": child, "started_on": ago(300).isoformat(), "category": "NEG"}
    return await sent(casework, f"/cases/{case['id']}/protection-plans", body, status)


async def test_a_merged_child_has_its_plan_under_the_surviving_id_and_no_second_one(casework: ServiceUnderTest) -> None:
    two = TwoCases(casework)
    case, other = await two.open()
    plan = await _an_older_plan(casework, other, str(two.two))
    await two.merge()
    shown = await read(casework, f"/protection-plans/{plan['id']}")
    assert (shown["child_id"], shown["case_id"]) == (str(two.one), other["id"])
    refused = await _an_older_plan(casework, case, str(two.one), 409)
    assert (refused["plan_id"], refused["census_rule"]) == (plan["id"], "8935")
    beside = {"children": [str(two.one)], "goals": ["School every day"]}
    refused = await sent(casework, f"/cases/{other['id']}/need-plans", beside, 409)
    assert refused["census_rule"] == "4001"


async def test_plans_and_what_falls_due_go_with_the_case_and_come_back(casework: ServiceUnderTest) -> None:
    two = TwoCases(casework)
    case, other = await two.open()
    plan = await _an_older_plan(casework, other, str(two.two))
    await two.merge()
    await two.join()
    assert (await read(casework, f"/protection-plans/{plan['id']}"))["case_id"] == case["id"]
    assert (await read(casework, f"/cases/{case['id']}"))["pathway"] == "child_protection"
    core_group: Json = {"held_on": ago(0).isoformat(), "quorate": True, "present": PRESENT}
    await sent(casework, f"/cases/{case['id']}/core-groups", core_group)
    others: Any = {"other_children_reason": "At school"}
    await a_visit(casework, case, ago(0), {str(two.one): True}, **others)
    assert len(await due_in(casework, case, "protection_visit")) == 1
    whole = await read(casework, f"/cases/{case['id']}/protection")
    [protected] = [each for each in whole["children"] if each["plan"]]
    assert (protected["child_id"], protected["plan"]["last_seen_on"]) == (str(two.one), ago(0).isoformat())
    await two.unmerge()
    back = await read(casework, f"/protection-plans/{plan['id']}")
    assert (back["case_id"], back["child_id"]) == (other["id"], str(two.two))
    assert len(await due_in(casework, other, "core_group")) == 1
    assert await due_in(casework, case, "core_group") == []
    end = {"child_id": str(two.two), "decision": "end", "reason": "The harm has ended"}
    await held(casework, other, a_conference(a_weekday(ago(0)), [end], kind="review"))


async def test_a_plan_that_began_here_goes_on_in_the_joined_case(casework: ServiceUnderTest) -> None:
    two = TwoCases(casework)
    case, other = await two.open(40)
    talk: Json = {"participants": PRESENT, "outcome": "section_47", "reason": "x", "children": [str(two.two)]}
    discussion = await sent(
        casework, f"/cases/{other['id']}/strategy-discussions", {**talk, "held_at": f"{ago(30)}T12:00:00Z"}
    )
    enquiry = await sent(
        casework,
        f"/cases/{other['id']}/section-47-enquiries",
        {"strategy_discussion_id": discussion["id"], "started_on": ago(30).isoformat(), "kind": "single"},
    )
    await two.merge()
    await two.join()
    body = a_conference(a_weekday(ago(20)), [for_a_plan(str(two.one))], section_47_enquiry_id=enquiry["id"])
    made = await held(casework, case, body)
    [decided] = made["children"]
    assert decided["child_id"] == str(two.one)
    assert (await read(casework, f"/protection-plans/{decided['plan_id']}"))["case_id"] == case["id"]
    assert [each["status"] for each in await due_in(casework, case, "initial_conference", status="met")] == ["met"]
