"""Families with a key worker, and what moves them to another."""

from typing import Any

import httpx

from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker

Told = dict[str, Any]


def told_by(answer: httpx.Response, status: int = 200) -> Told:
    assert answer.status_code == status, answer.text
    told: Told = answer.json()
    return told


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and code of a refusal; of a bad field its place and code."""
    problem = answer.json()
    [first, *_] = problem.get("errors") or [None]
    return (answer.status_code, f"{first['field']} {first['code']}" if first else problem["code"])


async def allocated(casework: ServiceUnderTest, case: Told, worker: Told, **more: Any) -> httpx.Response:
    sent = {"worker_id": worker["id"], **more}
    return await casework.as_("area_manager").post(f"/cases/{case['id']}/allocation", json=sent)


async def held_by(casework: ServiceUnderTest, worker: Told, children: int = 1, **changes: Any) -> Told:
    """A case whose key worker is this one since today."""
    case = await a_case(casework, children, **changes)
    told_by(await allocated(casework, case, worker, override_reason="As the test needs it"), 201)
    return case


async def offered(
    casework: ServiceUnderTest, case: Told, worker: Told, by: httpx.AsyncClient | None = None, **more: Any
) -> Told:
    client = by or casework.as_("area_manager", sub="manager")
    sent = {"worker_id": worker["id"], "reason": "Moved house", **more}
    return told_by(await client.post(f"/cases/{case['id']}/transfers", json=sent), 201)


async def case_of(casework: ServiceUnderTest, case: Told) -> Told:
    return told_by(await casework.as_("area_manager").get(f"/cases/{case['id']}"))


async def holder_of(casework: ServiceUnderTest, case: Told) -> str | None:
    key_worker = (await case_of(casework, case))["key_worker"]
    return key_worker and str(key_worker["id"])


async def three_workers(casework: ServiceUnderTest, **changes: Any) -> tuple[Told, Told, Told]:
    return (
        await a_worker(casework, name="Ada", subject="ada", **changes),
        await a_worker(casework, name="Bea", subject="bea", **changes),
        await a_worker(casework, name="Cora", subject="cora", **changes),
    )
