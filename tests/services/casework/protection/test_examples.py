"""Every example in the description of the statutory path can be sent as it stands there."""

from datetime import UTC, date, datetime, time

import pytest

from tests.conftest import MakeDatabase, StartService
from tests.examples_of import Arranged, Arrangement, Example, send
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case
from tests.services.casework.examples import examples_in, without_example_in
from tests.services.casework.protection.protection_made import PRESENT, Json, a_conference, for_a_plan, held, sent

WINGS = ("protection",)
CHILD = "5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10"
"""As the examples have it."""


async def _a_case(casework: ServiceUnderTest, received_on: date = date(2026, 1, 20)) -> Json:
    at = datetime.combine(received_on, time(12), UTC)
    return await a_case(casework, child_ids=[CHILD], received_at=at, decided_at=at)


async def _a_discussion(casework: ServiceUnderTest, case: Json) -> Json:
    body = {"participants": PRESENT, "outcome": "section_47", "reason": "Two accounts"}
    at = datetime.combine(date(2026, 3, 9), time(12), UTC).isoformat()
    return await sent(casework, f"/cases/{case['id']}/strategy-discussions", {"held_at": at, **body})


async def _an_enquiry(casework: ServiceUnderTest, case: Json) -> Json:
    discussion = await _a_discussion(casework, case)
    body = {"strategy_discussion_id": discussion["id"], "started_on": "2026-03-09", "kind": "joint"}
    return await sent(casework, f"/cases/{case['id']}/section-47-enquiries", body)


async def _a_plan(casework: ServiceUnderTest) -> tuple[Json, str]:
    case = await _a_case(casework)
    enquiry = await _an_enquiry(casework, case)
    body = a_conference(date(2026, 3, 27), [for_a_plan(CHILD)], section_47_enquiry_id=enquiry["id"])
    [decided] = (await held(casework, case, body))["children"]
    return case, decided["plan_id"]


def _arranged(casework: ServiceUnderTest, **more: object) -> Arranged:
    return Arranged(casework.as_("team_manager"), **more)  # type: ignore[arg-type]


async def _in_case(casework: ServiceUnderTest) -> Arranged:
    return _arranged(casework, path={"case_id": (await _a_case(casework))["id"]})


async def _for_an_enquiry(casework: ServiceUnderTest) -> Arranged:
    case = await _a_case(casework)
    discussion = await _a_discussion(casework, case)
    return _arranged(casework, path={"case_id": case["id"]}, body={"strategy_discussion_id": discussion["id"]})


async def _for_its_end(casework: ServiceUnderTest) -> Arranged:
    return _arranged(casework, path={"enquiry_id": (await _an_enquiry(casework, await _a_case(casework)))["id"]})


async def _for_a_conference(casework: ServiceUnderTest) -> Arranged:
    case = await _a_case(casework)
    enquiry = await _an_enquiry(casework, case)
    return _arranged(casework, path={"case_id": case["id"]}, body={"section_47_enquiry_id": enquiry["id"]})


async def _with_plan(casework: ServiceUnderTest) -> Arranged:
    return _arranged(casework, path={"case_id": (await _a_plan(casework))[0]["id"]})


async def _for_a_plan_s_end(casework: ServiceUnderTest) -> Arranged:
    return _arranged(casework, path={"plan_id": (await _a_plan(casework))[1]})


async def _a_need_plan(casework: ServiceUnderTest) -> tuple[Json, Json]:
    case = await _a_case(casework)
    body = {"started_on": "2026-04-22", "goals": ["Ella is at school every day"]}
    return case, await sent(casework, f"/cases/{case['id']}/need-plans", body)


async def _for_a_review(casework: ServiceUnderTest) -> Arranged:
    return _arranged(casework, path={"case_id": (await _a_need_plan(casework))[0]["id"]})


async def _for_a_need_plan_s_end(casework: ServiceUnderTest) -> Arranged:
    return _arranged(casework, path={"plan_id": (await _a_need_plan(casework))[1]["id"]})


COMPLETED = {
    "completed_on": "2026-03-02",
    "factors": ["21"],
    "outcome": "no_further_action",
    "analysis": "Nothing was found",
    "wishes": {"child": "None", "family": "None"},
}


async def _assessment(casework: ServiceUnderTest, received_on: date = date(2026, 1, 20)) -> Json:
    case = await _a_case(casework, received_on)
    return await sent(casework, f"/cases/{case['id']}/assessments", {"started_on": received_on.isoformat()})


async def _for_completion(casework: ServiceUnderTest) -> Arranged:
    return _arranged(casework, path={"assessment_id": (await _assessment(casework, date(2026, 3, 2)))["id"]})


async def _completed(casework: ServiceUnderTest) -> Arranged:
    made = await _assessment(casework)
    await sent(casework, f"/assessments/{made['id']}/completion", COMPLETED, 200, sub="noel")
    return _arranged(casework, path={"assessment_id": made["id"]})


ARRANGEMENTS: dict[str, Arrangement] = {
    "POST /v1/cases/{case_id}/assessments": _in_case,
    "POST /v1/assessments/{assessment_id}/completion": _for_completion,
    "POST /v1/assessments/{assessment_id}/authorisation": _completed,
    "POST /v1/assessments/{assessment_id}/reopening": _completed,
    "POST /v1/cases/{case_id}/strategy-discussions": _in_case,
    "POST /v1/cases/{case_id}/section-47-enquiries": _for_an_enquiry,
    "POST /v1/section-47-enquiries/{enquiry_id}/completion": _for_its_end,
    "POST /v1/cases/{case_id}/conferences": _for_a_conference,
    "POST /v1/cases/{case_id}/protection-plans": _in_case,
    "POST /v1/protection-plans/{plan_id}/ending": _for_a_plan_s_end,
    "POST /v1/cases/{case_id}/core-groups": _with_plan,
    "POST /v1/cases/{case_id}/need-plans": _in_case,
    "POST /v1/need-plans/{plan_id}/ending": _for_a_need_plan_s_end,
    "POST /v1/cases/{case_id}/reviews": _for_a_review,
    "POST /v1/cases/{case_id}/court-stages": _in_case,
}


def test_every_body_has_an_example_and_an_arrangement() -> None:
    assert without_example_in(*WINGS) == []
    assert {example.route for example in examples_in(*WINGS)} == set(ARRANGEMENTS)


@pytest.mark.parametrize("example", examples_in(*WINGS), ids=str)
async def test_an_example_can_be_sent(example: Example, start: StartService, make_sqlite: MakeDatabase) -> None:
    casework = await start("casework", make_sqlite("casework"))
    answer = await send(example, await ARRANGEMENTS[example.route](casework))
    assert answer.is_success, answer.text
