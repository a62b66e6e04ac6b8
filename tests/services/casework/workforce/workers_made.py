"""Days, changes and answers as tests of workers need them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import httpx
import time_machine

from services.casework.workforce.workers.actions import put_due_posts_in_force
from shared.clock import LONDON
from tests.service_under_test import ServiceUnderTest

MONDAY = date(2026, 3, 2)


@contextmanager
def on(day: date, at: time = time(10)) -> Iterator[None]:
    with time_machine.travel(datetime.combine(day, at, LONDON), tick=False):
        yield


def days(number: int) -> date:
    return MONDAY + timedelta(days=number)


async def put(casework: ServiceUnderTest, worker: dict[str, Any], **changes: Any) -> httpx.Response:
    """Send a worker as GET shows them, with changes."""
    client, path = casework.as_("area_manager"), f"/workers/{worker['id']}"
    found = await client.get(path)
    sent = found.json() | changes
    return await client.put(path, json=sent, headers={"If-Match": found.headers["ETag"]})


async def allocate(casework: ServiceUnderTest, case: dict[str, Any], worker: dict[str, Any]) -> None:
    sent = {"worker_id": worker["id"], "override_reason": "As the team agreed"}
    made = await casework.as_("area_manager").post(f"/cases/{case['id']}/allocation", json=sent)
    assert made.status_code == 201, made.text


async def turn(casework: ServiceUnderTest) -> int:
    async with casework.database.begin() as session:
        return await put_due_posts_in_force(session)


async def posts(casework: ServiceUnderTest, worker: dict[str, Any]) -> list[tuple[str, str | None, float, str]]:
    found = await casework.as_("area_manager").get(f"/workers/{worker['id']}/posts")
    return [(each["from_on"], each["until_on"], each["fte"], each["team"]) for each in found.json()["items"]]


async def shown(casework: ServiceUnderTest, worker: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await casework.as_("area_manager").get(f"/workers/{worker['id']}")).json()
    return found


async def county(casework: ServiceUnderTest, **query: str) -> dict[str, Any]:
    found = (await casework.as_("area_manager").get("/caseloads", params={"by": "county", **query})).json()
    return {"workers": found["summary"]["workers"], "fte": sum(each["fte"] for each in found["items"])}


async def fte_on(casework: ServiceUnderTest, *numbers: int) -> list[float]:
    return [(await county(casework, as_at=str(days(number))))["fte"] for number in numbers]


def refused(answer: httpx.Response) -> str:
    """The code of a refusal, or the field and its code."""
    problem = answer.json()
    assert answer.status_code in (403, 404, 409, 412, 422, 428), problem
    return " ".join((each["field"] + " " + each["code"]) for each in problem.get("errors", [])) or problem["code"]
