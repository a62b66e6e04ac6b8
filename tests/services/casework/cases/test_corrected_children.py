"""A case follows what the front door knows of its children: corrections, births, what merges brought."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine

from services.casework.cases.cases.models import Case
from services.casework.lifecycle.openings.actions import CorrectedSince
from services.casework.record.timescales.models import Timescale
from shared import clock
from shared.contracts.referrals import ChildCorrected
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, an_accepted_referral, let_referrals_answer
from tests.services.casework.record.contacts_made import case_of

KNOWN: dict[str, Any] = {
    "given_name": "Philippa",
    "family_name": "Quillfeather",
    "date_of_birth": "2026-11-20",
    "expected_date_of_birth": None,
    "additional_needs": True,
    "ethnicity": "WBRI",
}


async def _corrected(
    casework: ServiceUnderTest, case: dict[str, Any], child_id: str, known: dict[str, Any] | None = None, **facts: Any
) -> None:
    """The front door knows this of the child now, and announces it."""
    answer = {"child_id": child_id, **KNOWN, **(known or {})}
    casework.answers[f"http://referrals/v1/children/{child_id}"] = answer
    data: dict[str, Any] = {"fields": ["given_name"], "kind": "correction", "corrected_at": clock.now(), **facts}
    await casework.deliver(ChildCorrected(child_id=UUID(child_id), family_id=UUID(case["family_id"]), **data))


async def _an_unborn_case(casework: ServiceUnderTest) -> dict[str, Any]:
    accepted = an_accepted_referral()
    let_referrals_answer(casework, accepted)
    url = f"http://referrals/v1/referrals/{accepted.referral_id}"
    unborn = {"given_name": "", "date_of_birth": None, "expected_date_of_birth": "2026-12-20"}
    casework.answers[url]["children"][0] |= unborn
    await casework.deliver(accepted)
    asked = {"referral": str(accepted.referral_id)}
    [case] = (await casework.as_("area_manager").get("/cases", params=asked)).json()["items"]
    return await case_of(casework, case)


async def test_a_birth_arrives_in_the_case_and_what_falls_due_stays(casework: ServiceUnderTest) -> None:
    case = await _an_unborn_case(casework)
    child_id, manager = case["children"][0]["child_id"], casework.as_("area_manager")
    review_on = str(clock.today() + timedelta(days=30))
    flag = {"kind": "hospital_alert", "text": "Ring when she comes.", "review_on": review_on, "child_id": child_id}
    assert (await manager.post(f"/cases/{case['id']}/flags", json=flag)).status_code == 201
    dues = await casework.count(Timescale)
    await _corrected(casework, case, child_id, kind="birth")
    born = await case_of(casework, case)
    [child] = born["children"]
    assert (child["given_name"], child["date_of_birth"]) == ("Philippa", "2026-11-20")
    assert child["expected_date_of_birth"] is None
    assert (born["child_count"], await casework.count(Timescale)) == (case["child_count"], dues)
    story = (await manager.get(f"/children/{child_id}/chronology")).json()["items"]
    assert "The birth of the child was recorded" in [each["title"] for each in story]


async def test_a_closed_case_follows_too_and_an_older_response_changes_nothing(casework: ServiceUnderTest) -> None:
    case = await case_of(casework, await a_case(casework))
    child_id = case["children"][0]["child_id"]
    closing = {"closed_on": str(clock.today()), "reason": "RC7"}
    assert (await casework.as_("area_manager").post(f"/cases/{case['id']}/closure", json=closing)).status_code == 200
    now = clock.now()
    for later, name in ((2, "Second"), (1, "First")):
        with time_machine.travel(now + timedelta(seconds=later), tick=False):
            await _corrected(casework, case, child_id, {"given_name": name})
    [child] = (await case_of(casework, case))["children"]
    assert child["given_name"] == "Second"


async def test_a_child_under_a_merged_id_has_what_the_surviving_record_has(casework: ServiceUnderTest) -> None:
    case = await case_of(casework, await a_case(casework, children=2))
    one, other = (each["child_id"] for each in case["children"])
    await _corrected(casework, case, one, {"child_id": str(uuid4())}, of_former_record=True)
    shown = {each["child_id"]: each["given_name"] for each in (await case_of(casework, case))["children"]}
    assert shown == {one: "Philippa", other: "Barnabas"}
    story = (await casework.as_("area_manager").get(f"/children/{one}/chronology")).json()["items"]
    assert not any(each["kind"].startswith("child_") for each in story)


async def test_a_case_that_opens_by_a_response_from_before_a_correction_asks_again(casework: ServiceUnderTest) -> None:
    accepted = an_accepted_referral()
    let_referrals_answer(casework, accepted)
    child_id, family = str(accepted.child_ids[0]), {"family_id": str(accepted.family_id)}
    now = clock.now()
    with time_machine.travel(now + timedelta(seconds=5), tick=False):
        await _corrected(casework, family, child_id)
    with time_machine.travel(now, tick=False), pytest.raises(CorrectedSince):
        await casework.deliver(accepted)
    assert await casework.count(Case) == 0
    with time_machine.travel(now + timedelta(seconds=10), tick=False):
        await casework.deliver(accepted)
    with time_machine.travel(now + timedelta(seconds=7), tick=False):
        await _corrected(casework, family, child_id, {"given_name": "Late"})
    assert await casework.count(Case) == 1
    [case] = (await casework.as_("area_manager").get("/cases")).json()["items"]
    assert case["children"][0]["given_name"] == "Barnabas"  # as the later response has it


async def test_a_case_opens_with_what_the_surviving_record_has(casework: ServiceUnderTest) -> None:
    """A match that was confirmed before the decision brought what is fuller to the record that speaks now."""
    accepted = an_accepted_referral()
    let_referrals_answer(casework, accepted)
    url, child_id = f"http://referrals/v1/referrals/{accepted.referral_id}", str(accepted.child_ids[0])
    casework.answers[url]["children"][0]["merged_into_id"] = str(uuid4())
    casework.answers[f"http://referrals/v1/children/{child_id}"] = {"child_id": str(uuid4()), **KNOWN}
    await casework.deliver(accepted)
    [case] = (await casework.as_("area_manager").get("/cases")).json()["items"]
    [child] = case["children"]
    assert (child["child_id"], child["given_name"], child["date_of_birth"]) == (child_id, "Philippa", "2026-11-20")
