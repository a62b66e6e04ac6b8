"""Families with a key worker, and what moves them to another."""

from typing import Any

import httpx

from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case, a_worker

Body = dict[str, Any]


def body_of(answer: httpx.Response, status: int = 200) -> Body:
    assert answer.status_code == status, answer.text
    body: Body = answer.json()
    return body


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and code of a refusal; of a bad field its place and code."""
    problem = answer.json()
    [first, *_] = problem.get("errors") or [None]
    return (answer.status_code, f"{first['field']} {first['code']}" if first else problem["code"])


async def allocated(casework: ServiceUnderTest, case: Body, worker: Body, **more: Any) -> httpx.Response:
    sent = {"worker_id": worker["id"], **more}
    return await casework.as_("area_manager").post(f"/cases/{case['id']}/allocation", json=sent)


async def held_by(casework: ServiceUnderTest, worker: Body, children: int = 1, **changes: Any) -> Body:
    """A case whose key worker is this one since today."""
    case = await a_case(casework, children, **changes)
    body_of(await allocated(casework, case, worker, override_reason="As the test needs it"), 201)
    return case


async def offered(
    casework: ServiceUnderTest, case: Body, worker: Body, by: httpx.AsyncClient | None = None, **more: Any
) -> Body:
    client = by or casework.as_("area_manager", sub="manager")
    sent = {"worker_id": worker["id"], "reason": "Moved house", **more}
    return body_of(await client.post(f"/cases/{case['id']}/transfers", json=sent), 201)


async def case_of(casework: ServiceUnderTest, case: Body) -> Body:
    return body_of(await casework.as_("area_manager").get(f"/cases/{case['id']}"))


async def holder_of(casework: ServiceUnderTest, case: Body) -> str | None:
    key_worker = (await case_of(casework, case))["key_worker"]
    return key_worker and str(key_worker["id"])


async def three_workers(casework: ServiceUnderTest, **changes: Any) -> tuple[Body, Body, Body]:
    return (
        await a_worker(casework, name="Ada", subject="ada", **changes),
        await a_worker(casework, name="Bea", subject="bea", **changes),
        await a_worker(casework, name="Cora", subject="cora", **changes),
    )
