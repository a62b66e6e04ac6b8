"""What the law or the census does not allow is refused when it is written, and nothing is stored."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.casework.protection.conferences.models import Conference
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.strategy_discussions.models import StrategyDiscussion
from shared.contracts.casework import ProtectionPlanStarted
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker
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

HELD_ON = a_weekday(ago(20))


def a_saturday() -> date:
    return HELD_ON - timedelta(days=HELD_ON.weekday() + 2)


BAD_CONFERENCES: list[tuple[Callable[[Json, str], None], str, str, str | None]] = [
    (lambda body, child: body.update(held_on=a_saturday().isoformat()), "/held_on", "weekend", "8875"),
    (lambda body, child: body.update(held_on="2999-01-01"), "/held_on", "in-the-future", None),
    (lambda body, child: body.update(held_on=a_weekday(ago(60)).isoformat()), "/held_on", "out-of-order", "8615"),
    (lambda body, child: body.update(held_on=a_weekday(ago(220)).isoformat()), "/held_on", "out-of-order", "1104"),
    (lambda body, child: body.update(section_47_enquiry_id=None), "/section_47_enquiry_id", "missing", "8615"),
    (lambda body, child: body.update(section_47_enquiry_id=str(uuid4())), "/section_47_enquiry_id", "unknown", None),
    (lambda body, child: body.update(quorate=False), "/inquorate_reason", "missing", None),
    (lambda body, child: body.update(present=[*PRESENT, PRESENT[0]]), "/present/3", "twice", None),
    (lambda body, child: body.update(present=[]), "/present", "too-short", None),
    (
        lambda body, child: body.update(reports_shared_on=ago(0).isoformat()),
        "/reports_shared_on",
        "out-of-order",
        None,
    ),
    (
        lambda body, child: body.update(chair={"name": "Rosalind Achebe", "subject": "rosalind"}),
        "/chair",
        "not-independent",
        None,
    ),
    (lambda body, child: body.update(chair={"name": "noël  o'brien"}), "/chair", "not-independent", None),
    (lambda body, child: body["children"][0].update(category="MUL"), "/children/0/category", "literal-error", None),
    (lambda body, child: body["children"][0].pop("category"), "/children/0/category", "missing", "8905"),
    (lambda body, child: body["children"][0].update(decision="end"), "/children/0/decision", "not-for-this-kind", None),
    (
        lambda body, child: body.update(children=[{"child_id": child, "decision": "no_plan"}]),
        "/children/0/reason",
        "missing",
        None,
    ),
    (lambda body, child: body["children"].append(for_a_plan(child)), "/children/1/child_id", "twice", None),
    (
        lambda body, child: body.update(children=[for_a_plan(str(uuid4()))]),
        "/children/0/child_id",
        "not-of-this-case",
        None,
    ),
]


async def test_a_bad_conference_names_its_field_and_rule_and_begins_no_plan(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    worker = await a_worker(casework, subject="rosalind")
    await a_worker(casework, name="Noel O’Brien", role="practice_supervisor", registration_number=None)
    await sent(casework, f"/cases/{case['id']}/allocation", {"worker_id": worker["id"]}, role="team_manager")
    enquiry = await an_enquiry(casework, case, 30)
    [child] = children_of(case)
    for change, field, code, census_rule in BAD_CONFERENCES:
        body = a_conference(HELD_ON, [for_a_plan(child)], section_47_enquiry_id=enquiry["id"])
        change(body, child)
        refused = await held(casework, case, body, 422)
        assert [(each["field"], each["code"]) for each in refused["errors"]] == [(field, code)]
        assert refused.get("census_rule") == census_rule
    assert await casework.count(Conference) == 0
    assert await casework.count(ProtectionPlan) == 0


@pytest.mark.parametrize(
    ("agencies", "field", "code"),
    [
        (["social_care", "police"], "/participants", "agency-missing"),
        (["social_care", "police", "health", "health"], "/participants/3/agency", "twice"),
        (["social_care", "police", "church"], "/participants/2/agency", "literal-error"),
    ],
)
async def test_a_strategy_discussion_is_held_by_three_agencies_at_least(
    casework: ServiceUnderTest, agencies: list[str], field: str, code: str
) -> None:
    case = await a_family(casework)
    participants = [{"name": f"Person {number}", "agency": agency} for number, agency in enumerate(agencies)]
    body = {"participants": participants, "outcome": "section_47", "reason": "x"}
    refused = await sent(casework, f"/cases/{case['id']}/strategy-discussions", body, 422)
    assert [(each["field"], each["code"]) for each in refused["errors"]] == [(field, code)]
    if code == "agency-missing":
        assert refused["missing"] == ["health"]
    assert await casework.count(StrategyDiscussion) == 0


async def test_a_second_enquiry_of_a_child_waits_until_the_first_has_ended(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, 2)
    first, second = children_of(case)
    enquiry = await an_enquiry(casework, case, 30, [first])
    held_at = f"{ago(20).isoformat()}T10:00:00Z"
    about = {"participants": PRESENT, "outcome": "section_47", "reason": "x", "held_at": held_at}
    discussion = await sent(casework, f"/cases/{case['id']}/strategy-discussions", about)
    begun = {"strategy_discussion_id": discussion["id"], "kind": "joint", "started_on": ago(20).isoformat()}
    path = f"/cases/{case['id']}/section-47-enquiries"
    refused = await sent(casework, path, begun, 409)
    assert (refused["code"], refused["census_rule"]) == ("enquiry-open", "8890")
    assert refused["call"] == f"POST /casework/v1/section-47-enquiries/{enquiry['id']}/completion"
    await sent(casework, path, {**begun, "children": [second]})
    found = {"outcome": "not_substantiated", "reason": "The injury was an accident"}
    done = await sent(casework, f"/section-47-enquiries/{enquiry['id']}/completion", found, 200)
    assert done["status"] == "ended"
    assert (await sent(casework, f"/section-47-enquiries/{enquiry['id']}/completion", found, 409))["code"] == (
        "enquiry-completed"
    )
    assert (await read(casework, f"/cases/{case['id']}"))["pathway"] == "child_protection"
    refused = await sent(
        casework, f"/cases/{case['id']}/closure", {"closed_on": ago(0).isoformat(), "reason": "RC7"}, 409
    )
    assert refused["census_rule"] == "8868"


async def test_of_two_conferences_about_one_child_at_one_moment_one_begins_a_plan(casework: ServiceUnderTest) -> None:
    case = await a_family(casework)
    enquiry = await an_enquiry(casework, case, 30)
    body = a_conference(HELD_ON, [for_a_plan(children_of(case)[0])], section_47_enquiry_id=enquiry["id"])
    client = casework.as_("practice_supervisor")
    answers = await asyncio.gather(*(client.post(f"/cases/{case['id']}/conferences", json=body) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert await casework.count(ProtectionPlan) == 1
    assert len(await casework.events(ProtectionPlanStarted)) == 1


async def test_a_review_is_later_than_the_plan_and_about_one_in_force(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework)
    [child] = children_of(case)
    goes_on: list[Json] = [{"child_id": child, "decision": "continue"}]
    same_day = a_conference(date.fromisoformat(conference["held_on"]), goes_on, kind="review")
    refused = await held(casework, case, same_day, 422)
    assert (refused["errors"][0]["field"], refused["census_rule"]) == ("/held_on", "8841")
    other = await a_family(casework)
    review = a_conference(HELD_ON, [{"child_id": children_of(other)[0], "decision": "continue"}], kind="review")
    assert (await held(casework, other, review, 409))["code"] == "no-protection-plan"
    transfer = a_conference(HELD_ON, [for_a_plan(children_of(other)[0])], kind="transfer_in")
    assert (await held(casework, other, transfer, 409))["code"] == "no-temporary-plan"


async def test_a_plan_is_not_ended_before_what_was_done_under_it(casework: ServiceUnderTest) -> None:
    case, _ = await a_protected_family(casework)
    met: Json = {"held_on": ago(10).isoformat(), "quorate": True, "present": PRESENT}
    await sent(casework, f"/cases/{case['id']}/core-groups", met)
    end = {"child_id": children_of(case)[0], "decision": "end", "reason": "x"}
    refused = await held(casework, case, a_conference(a_weekday(ago(20)), [end], kind="review"), 422)
    assert (refused["errors"][0]["field"], refused["errors"][0]["code"]) == ("/held_on", "out-of-order")


async def test_a_family_of_others_is_not_there(casework: ServiceUnderTest) -> None:
    case, conference = await a_protected_family(casework)
    plan_id = conference["children"][0]["plan_id"]
    elsewhere: dict[str, Any] = {"area": "north"}
    client = casework.as_("team_manager", **elsewhere)
    for path in (f"/cases/{case['id']}/protection", f"/protection-plans/{plan_id}", f"/cases/{case['id']}/conferences"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get("/protection-plans")).json()["items"] == []
    assert (await client.get("/protection-plans/figures")).json()["plans"] == 0
    ending = {"reason": "died", "text": "x"}
    assert (await client.post(f"/protection-plans/{plan_id}/ending", json=ending)).status_code == 404
