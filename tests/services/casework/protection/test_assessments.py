"""Assessments under s17 against a migrated database, on SQLite and on PostgreSQL."""

from typing import Any

import pytest

from services.casework.protection.assessments.models import AssessmentConclusion, StatutoryAssessment
from services.casework.record.timescales.rules import due_on
from shared.contracts.casework import AssessmentCompleted
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.protection.protection_made import (
    WISHES,
    Json,
    a_family,
    a_visit,
    ago,
    children_of,
    due_in,
    read,
    sent,
)


def a_completion(**changes: Any) -> Json:
    return {"factors": ["3B", "16A"], "outcome": "child_in_need_plan", "analysis": "x", "wishes": WISHES, **changes}


async def an_assessment(casework: ServiceUnderTest, case: Json, days_ago: int, status: int = 201) -> Json:
    return await sent(casework, f"/cases/{case['id']}/assessments", {"started_on": ago(days_ago).isoformat()}, status)


async def test_the_days_run_from_the_referral_until_another_person_agrees(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, 2, since=40)
    [awaited] = await due_in(casework, case, "assessment")
    assert (awaited["child_id"], awaited["due_on"]) == (None, due_on("assessment", ago(40)).isoformat())
    made = await an_assessment(casework, case, 30)
    assert (made["status"], made["due_on"]) == ("open", awaited["due_on"])
    first, second = children_of(case)
    due = await due_in(casework, case, "assessment")
    assert sorted(each["child_id"] for each in due) == sorted((first, second))
    await a_visit(casework, case, ago(20), {first: True, second: False}, purpose="assessment")
    done = await sent(casework, f"/assessments/{made['id']}/completion", a_completion(), 200, sub="rosalind")
    assert (done["status"], done["outcome"]) == ("completed", "child_in_need_plan")
    assert {each["status"] for each in await due_in(casework, case, "assessment", status="met")} == {"met"}
    own = await sent(casework, f"/assessments/{made['id']}/authorisation", {"agreed": True}, 403, sub="rosalind")
    assert own["code"] == "own-assessment"
    agreed = await sent(casework, f"/assessments/{made['id']}/authorisation", {"agreed": True}, 200, sub="petra")
    assert agreed["status"] == "authorised"
    whole = await read(casework, f"/assessments/{made['id']}")
    assert [each["answered_by"] for each in whole["conclusions"]] == ["petra"]
    assert [(each["seen"], each["seen_alone"]) for each in whole["sessions"]] == [([first], [first])]
    [event] = await casework.events(AssessmentCompleted)
    assert isinstance(event, AssessmentCompleted)
    assert event.outcome == "child_in_need_plan"


async def test_a_conclusion_that_is_given_back_or_opened_again_stays_on_record(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, since=40)
    made = await an_assessment(casework, case, 30)
    path = f"/assessments/{made['id']}"
    await sent(casework, f"{path}/completion", a_completion(), 200, sub="rosalind")
    bare = await sent(casework, f"{path}/authorisation", {"agreed": False}, 422, sub="petra")
    assert bare["errors"][0]["field"] == "/reason"
    back = {"agreed": False, "reason": "The father was not asked"}
    assert (await sent(casework, f"{path}/authorisation", back, 200, sub="petra"))["status"] == "open"
    assert len(await due_in(casework, case, "assessment")) == 1
    await sent(casework, f"{path}/completion", a_completion(factors=["16A"]), 200, sub="rosalind")
    await sent(casework, f"{path}/authorisation", {"agreed": True}, 200, sub="petra")
    assert (await sent(casework, f"{path}/reopening", {"reason": "He has come forward"}, 200))["status"] == "open"
    again = await sent(casework, f"{path}/reopening", {"reason": "Twice"}, 409)
    assert again["call"] == f"POST /casework/v1{path}/completion"
    conclusions = (await read(casework, path))["conclusions"]
    assert [(each["factors"], each["agreed"], each["reopened_reason"]) for each in conclusions] == [
        (["3B", "16A"], False, None),
        (["16A"], True, "He has come forward"),
    ]


async def test_one_is_open_at_a_time_and_the_next_runs_from_its_own_start(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, since=40)
    made = await an_assessment(casework, case, 30)
    refused = await an_assessment(casework, case, 10, 409)
    assert (refused["code"], refused["census_rule"]) == ("assessment-open", "8896")
    assert refused["call"] == f"POST /casework/v1/assessments/{made['id']}/completion"
    closing = {"closed_on": ago(0).isoformat(), "reason": "RC7"}
    refused = await sent(casework, f"/cases/{case['id']}/closure", closing, 409)
    assert (refused["code"], refused["census_rule"]) == ("steps-open", "8867")
    await sent(casework, f"/assessments/{made['id']}/completion", a_completion(completed_on=ago(12).isoformat()), 200)
    second = await an_assessment(casework, case, 10)
    assert second["counts_from"] == ago(10).isoformat()


async def test_after_the_due_day_the_reason_is_needed_and_in_time_there_is_none(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, since=100)
    made = await an_assessment(casework, case, 90)
    path = f"/assessments/{made['id']}/completion"
    assert (await sent(casework, path, a_completion(), 422))["errors"][0]["field"] == "/reason_late"
    in_time = a_completion(completed_on=ago(80).isoformat(), reason_late="x")
    assert (await sent(casework, path, in_time, 422))["errors"][0]["code"] == "not-late"
    await sent(casework, path, a_completion(reason_late="The school was closed"), 200)
    [met] = await due_in(casework, case, "assessment", status="met_late")
    assert met["reason_late"] == "The school was closed"


@pytest.mark.parametrize(
    ("changes", "field", "census_rule"),
    [
        ({"factors": []}, "/factors", "8897Q"),
        ({"factors": ["16A", "16A"]}, "/factors/1", "8898"),
        ({"factors": ["16A", "21"]}, "/factors/1", "8869"),
        ({"factors": ["18A"]}, "/factors/0", "8945Q"),
        ({"factors": ["19A"]}, "/factors/0", "8950Q"),
        ({"factors": ["99"]}, "/factors/0", None),
        ({"completed_on": ago(31).isoformat()}, "/completed_on", "8608"),
        ({"completed_on": "2999-01-01"}, "/completed_on", None),
        ({"outcome": "hope"}, "/outcome", None),
    ],
)
async def test_what_the_census_refuses_is_refused_when_it_is_written(
    casework: ServiceUnderTest, changes: Json, field: str, census_rule: str | None
) -> None:
    case = await a_family(casework, since=40)
    made = await an_assessment(casework, case, 30)
    refused = await sent(casework, f"/assessments/{made['id']}/completion", a_completion(**changes), 422)
    assert [each["field"] for each in refused["errors"]] == [field]
    assert refused.get("census_rule") == census_rule
    assert await casework.count(AssessmentConclusion) == 0


async def test_no_assessment_begins_before_the_referral_or_on_early_help(casework: ServiceUnderTest) -> None:
    case = await a_family(casework, since=40)
    refused = await an_assessment(casework, case, 41, 422)
    assert (refused["errors"][0]["field"], refused["census_rule"]) == ("/started_on", "1103")
    early = await a_family(casework, since=40, outcome="early_help")
    assert (await an_assessment(casework, early, 10, 409))["code"] == "front-door-decides"
    other = await a_family(casework, since=40)
    body = {"children": children_of(other)}
    refused = await sent(casework, f"/cases/{case['id']}/assessments", body, 422)
    assert refused["errors"][0] == {
        "field": "/children/0",
        "code": "not-of-this-case",
        "message": "This is not a child of the case",
    }
    assert await casework.count(StatutoryAssessment) == 0
