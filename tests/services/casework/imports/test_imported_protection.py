"""Protection plans, assessments and section 47 enquiries taken over from an older system, on SQLite and PostgreSQL."""

from datetime import date
from typing import Any

import pytest
import time_machine

from services.casework.imports.files.rules import id_of
from services.casework.protection.assessments.models import StatutoryAssessment
from services.casework.protection.enquiries.models import Enquiry
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.record.timescales.models import Timescale
from shared.contracts.casework import ProtectionPlanStarted
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.imports.imports_made import (
    a_case_row,
    faults_of,
    imported,
    send,
)
from tests.services.casework.protection.protection_made import due_in, read, sent

CASE = str(id_of("case", "C1"))
CHILD, SIBLING = str(id_of("child", "K1")), str(id_of("child", "K2"))
KINDS = ("protection_plans", "assessments", "section_47_enquiries")


@pytest.fixture(autouse=True)
def _a_thursday_in_july() -> Any:
    with time_machine.travel("2026-07-02T10:00:00Z", tick=False):
        yield


def a_plan_row(**changes: str) -> dict[str, str]:
    row = {"old_reference": "P1", "case_reference": "C1", "child_reference": "K1"}
    return {**row, "started_on": "2026-03-02", "category": "NEG", **changes}


def an_assessment_row(**changes: str) -> dict[str, str]:
    row = {"old_reference": "A1", "case_reference": "C1", "child_reference": "K1"}
    return {**row, "started_on": "2026-06-02", "referred_on": "2026-06-01", **changes}


def an_enquiry_row(**changes: str) -> dict[str, str]:
    row = {"old_reference": "E1", "case_reference": "C1", "child_reference": "K1", "kind": "joint"}
    return {**row, "discussed_on": "2026-06-18", "started_on": "2026-06-19", **changes}


ROWS = {"protection_plans": a_plan_row, "assessments": an_assessment_row, "section_47_enquiries": an_enquiry_row}


async def a_family_of_two(casework: ServiceUnderTest, **changes: str) -> None:
    second = {"child_reference": "K2", "given_name": "Perpetua", "date_of_birth": "2019-11-20"}
    await imported(casework, "cases", a_case_row(**changes), a_case_row(**second, **changes))


async def test_a_plan_goes_on_from_what_was_done_under_it_before(casework: ServiceUnderTest) -> None:
    await a_family_of_two(casework)
    row = a_plan_row(
        category="EMO",
        initial_category="NEG",
        previous_plans="1",
        last_core_group_on="2026-06-10",
        last_review_on="2026-05-29",
        last_visit_on="2026-06-25",
    )
    done = await imported(casework, "protection_plans", row)
    assert (done["rows"], done["added"], done["cautions"]) == (1, 1, [])
    [plan] = (await read(casework, "/protection-plans", area="south"))["items"]
    assert (plan["child_id"], plan["given_name"], plan["case_id"]) == (CHILD, "Barnabas", CASE)
    assert (plan["category"], plan["initial_category"], plan["previous_plans"]) == ("EMO", "NEG", 1)
    assert (plan["days"], plan["temporary"]) == (122, False)
    assert (plan["next_core_group_due_on"], plan["next_visit_due_on"]) == ("2026-07-22", "2026-07-09")
    assert plan["next_review_due_on"] == "2026-11-29"
    case = await read(casework, f"/cases/{CASE}")
    assert case["pathway"] == "child_protection"
    [started] = await casework.events(ProtectionPlanStarted)
    assert isinstance(started, ProtectionPlanStarted)
    assert ([str(each) for each in started.child_ids], started.started_on) == ([CHILD], date(2026, 3, 2))


async def test_a_plan_of_another_authority_awaits_its_transfer_in_conference(casework: ServiceUnderTest) -> None:
    await a_family_of_two(casework)
    await imported(casework, "protection_plans", a_plan_row(from_authority="Wiltshire", started_on="2026-06-22"))
    [plan] = (await read(casework, "/protection-plans"))["items"]
    assert (plan["temporary"], plan["transfer_in_conference_due_on"]) == (True, "2026-07-13")


async def test_an_assessment_is_of_several_children_and_due_from_its_referral(casework: ServiceUnderTest) -> None:
    await a_family_of_two(casework)
    rows = [an_assessment_row(), an_assessment_row(child_reference="K2")]
    assert (await imported(casework, "assessments", *rows))["added"] == 2
    [assessment] = (await read(casework, f"/cases/{CASE}/assessments"))["items"]
    assert sorted(assessment["children"]) == sorted([CHILD, SIBLING])
    assert (assessment["counts_from"], assessment["due_on"], assessment["status"]) == (
        "2026-06-01",
        "2026-08-03",
        "open",
    )
    assert len(await due_in(casework, {"id": CASE}, "assessment")) == 2


async def test_an_enquiry_goes_on_to_its_conference(casework: ServiceUnderTest) -> None:
    await a_family_of_two(casework)
    await imported(casework, "section_47_enquiries", an_enquiry_row(conference_decided_on="2026-06-30"))
    [enquiry] = (await read(casework, f"/cases/{CASE}/section-47-enquiries"))["items"]
    assert (enquiry["children"], enquiry["status"], enquiry["kind"]) == ([CHILD], "awaits_conference", "joint")
    assert (enquiry["conference_due_on"], enquiry["strategy_discussion_id"]) == ("2026-07-09", None)
    assert (await read(casework, f"/cases/{CASE}"))["pathway"] == "child_protection"
    conference = {
        "kind": "initial",
        "section_47_enquiry_id": enquiry["id"],
        "held_on": "2026-07-02",
        "chair": {"name": "Imogen Tarrant", "subject": "imogen.tarrant"},
        "present": [{"name": "Mina Farouk", "agency": "health"}],
        "quorate": True,
        "children": [{"child_id": CHILD, "decision": "plan", "category": "NEG"}],
    }
    await sent(casework, f"/cases/{CASE}/conferences", conference)
    assert [plan["child_id"] for plan in (await read(casework, "/protection-plans"))["items"]] == [CHILD]


@pytest.mark.parametrize("kind", KINDS)
async def test_the_same_file_again_adds_nothing_and_one_that_differs_is_refused(
    casework: ServiceUnderTest, kind: str
) -> None:
    await a_family_of_two(casework)
    row = ROWS[kind]()
    await imported(casework, kind, row)
    before = await casework.envelopes()
    again = await imported(casework, kind, row)
    assert (again["rows"], again["added"], again["already_there"]) == (1, 0, 1)
    assert await casework.envelopes() == before
    assert faults_of(await send(casework, kind, {**row, "started_on": "2026-06-24"})) == [("/rows/2", "differs")]
    sibling = {**row, "child_reference": "K2"}
    assert faults_of(await send(casework, kind, row, sibling))[0][1] in ("imported", "differs")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_check_says_what_an_import_would_do_and_keeps_nothing(casework: ServiceUnderTest, kind: str) -> None:
    await a_family_of_two(casework)
    before = await casework.envelopes()
    answer = await send(casework, kind, ROWS[kind](), check=True)
    assert (answer.status_code, answer.json()["added"]) == (200, 1)
    tables = (ProtectionPlan, StatutoryAssessment, Enquiry, Timescale)
    assert [await casework.count(table) for table in tables] == [0, 0, 0, 0]
    assert await casework.envelopes() == before
    assert (await read(casework, f"/cases/{CASE}"))["pathway"] == "child_in_need"


@pytest.mark.parametrize(
    ("kind", "changes", "fault"),
    [
        *((kind, {"case_reference": "C9"}, ("/rows/2/case_reference", "unknown")) for kind in KINDS),
        *((kind, {"child_reference": "K9"}, ("/rows/2/child_reference", "unknown")) for kind in KINDS),
        *((kind, {"started_on": "2026-07-03"}, ("/rows/2/started_on", "in-the-future")) for kind in KINDS),
        ("protection_plans", {"category": "MUL"}, ("/rows/2/category", "literal-error")),
        ("protection_plans", {"previous_plans": "-1"}, ("/rows/2/previous_plans", "greater-than-equal")),
        ("protection_plans", {"last_visit_on": "2026-03-01"}, ("/rows/2/last_visit_on", "out-of-order")),
        ("protection_plans", {"started_on": "2015-05-01"}, ("/rows/2/started_on", "before-birth")),
        ("assessments", {"started_on": "2026-05-31"}, ("/rows/2/started_on", "out-of-order")),
        (
            "assessments",
            {"started_on": "2025-01-31", "referred_on": "2025-01-30"},
            ("/rows/2/started_on", "out-of-order"),
        ),
        ("section_47_enquiries", {"started_on": "2026-06-17"}, ("/rows/2/started_on", "out-of-order")),
        (
            "section_47_enquiries",
            {"conference_decided_on": "2026-06-18"},
            ("/rows/2/conference_decided_on", "out-of-order"),
        ),
        (
            "section_47_enquiries",
            {"started_on": "2025-01-31", "discussed_on": "2025-01-31"},
            ("/rows/2/started_on", "out-of-order"),
        ),
    ],
)
async def test_a_bad_row_is_named_and_nothing_is_kept(
    casework: ServiceUnderTest, kind: str, changes: dict[str, str], fault: tuple[str, str]
) -> None:
    await a_family_of_two(casework)
    other = ROWS[kind](old_reference="X2", child_reference="K2")
    assert faults_of(await send(casework, kind, {**ROWS[kind](), **changes}, other)) == [fault]
    assert [await casework.count(table) for table in (ProtectionPlan, StatutoryAssessment, Enquiry)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("kind", "code", "rule"),
    [
        ("protection_plans", "protection-plan-open", "8935"),
        ("assessments", "assessment-open", "8896"),
        ("section_47_enquiries", "enquiry-open", "8890"),
    ],
)
async def test_a_child_has_one_of_each_at_a_time(casework: ServiceUnderTest, kind: str, code: str, rule: str) -> None:
    await a_family_of_two(casework)
    second = ROWS[kind](old_reference="X2")
    refused = await send(casework, kind, ROWS[kind](), second)
    assert faults_of(refused) == [("/rows/3/case_reference", code)]
    assert refused.json()["census_rule"] == rule
    await imported(casework, kind, ROWS[kind]())
    assert faults_of(await send(casework, kind, second)) == [("/rows/2/case_reference", code)]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_family_on_early_help_has_none_of_these(casework: ServiceUnderTest, kind: str) -> None:
    await a_family_of_two(casework, pathway="early_help")
    fault = ("/rows/2/case_reference", "front-door-decides")
    assert faults_of(await send(casework, kind, ROWS[kind]())) == [fault]


@pytest.mark.parametrize("kind", KINDS)
async def test_rows_of_one_reference_agree_and_name_each_child_once(casework: ServiceUnderTest, kind: str) -> None:
    await a_family_of_two(casework)
    row = ROWS[kind]()
    assert ("/rows/3/child_reference", "twice") in faults_of(await send(casework, kind, row, row))
    sibling = {**row, "child_reference": "K2", "started_on": "2026-06-23"}
    assert faults_of(await send(casework, kind, row, sibling)) == [("/rows/3/old_reference", "differs")]


async def test_a_closed_case_takes_no_plan(casework: ServiceUnderTest) -> None:
    await a_family_of_two(casework)
    closing = {"reason": "RC4", "text": "The family has moved to Wales", "closed_on": "2026-07-01"}
    await sent(casework, f"/cases/{CASE}/closure", closing, status=200, role="area_manager")
    fault = ("/rows/2/case_reference", "case-closed")
    assert faults_of(await send(casework, "protection_plans", a_plan_row())) == [fault]
