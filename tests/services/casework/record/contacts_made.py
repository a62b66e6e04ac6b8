"""Contacts and actions, and a family with its key worker, as tests need them."""

from typing import Any

import httpx

from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker


async def a_family_with_a_worker(casework: ServiceUnderTest, children: int = 2, **changes: Any) -> dict[str, Any]:
    """A case whose key worker signs in as rosalind; the children's ids are in `child_ids`."""
    case = await a_case(casework, children, **changes)
    worker = await a_worker(casework, subject="rosalind")
    given = {"worker_id": worker["id"]}
    answer = await casework.as_("team_manager").post(f"/cases/{case['id']}/allocation", json=given)
    assert answer.status_code == 201, answer.text
    whole = await case_of(casework, case)
    return {**whole, "worker_id": worker["id"], "child_ids": [child["child_id"] for child in whole["children"]]}


async def case_of(casework: ServiceUnderTest, case: dict[str, Any]) -> dict[str, Any]:
    """The case as it is now."""
    found: dict[str, Any] = (await casework.as_("area_manager").get(f"/cases/{case['id']}")).json()
    return found


def rosalind(casework: ServiceUnderTest) -> httpx.AsyncClient:
    return casework.as_("social_worker", sub="rosalind")


def a_visit(case: dict[str, Any], seen: bool = True, **changes: Any) -> dict[str, Any]:
    children = [{"child_id": child_id, "seen": seen} for child_id in case["child_ids"]]
    return {"children": children, "purpose": "family_support", "place": "home", **changes}


async def recorded(
    casework: ServiceUnderTest, case: dict[str, Any], kind: str, sent: dict[str, Any], role: str = "area_manager"
) -> dict[str, Any]:
    """A contact of a kind, as the paths name it: visits, calls, meetings, notes, supervisions, oversights."""
    client = rosalind(casework) if role == "rosalind" else casework.as_(role)
    answer = await client.post(f"/cases/{case['id']}/{kind}", json=sent)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def errors_of(answer: httpx.Response) -> list[tuple[str, str]]:
    """Which fields are wrong, and why."""
    assert answer.status_code == 422, answer.text
    return [(each["field"], each["code"]) for each in answer.json()["errors"]]
