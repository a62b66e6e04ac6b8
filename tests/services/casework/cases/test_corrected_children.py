"""A case follows what the front door knows of its children: corrections, births, what merges brought."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import time_machine

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
    data: dict[str, Any] = {"fields": ["given_name"], "born": False, "corrected_at": clock.now(), **facts}
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
    await _corrected(casework, case, child_id, born=True)
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
