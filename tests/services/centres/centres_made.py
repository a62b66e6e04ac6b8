"""Activities as they are sent, and families as casework announces them."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared import clock
from shared.contracts.casework import CaseOpened
from tests.service_under_test import ServiceUnderTest

BANBURY = "9a1a65ca-212e-4606-8ce0-4056a004b7bb"
DIDCOT = "19855827-b042-4866-9a51-4d865469e9df"


def in_days(days: int, at: str = "10:00") -> str:
    """The wall clock in London, some days from today."""
    return datetime.combine(clock.today() + timedelta(days=days), time.fromisoformat(at)).isoformat()


async def room_of(centres: ServiceUnderTest, centre_id: str = BANBURY, name: str = "Group room") -> str:
    rooms = (await centres.client().get(f"/centres/{centre_id}")).json()["rooms"]
    return next(str(room["id"]) for room in rooms if room["name"] == name)


async def an_activity(centres: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    """One session in a week's time in Banbury's group room; `changes` replace its parts."""
    return {
        "centre_id": BANBURY,
        "room_id": await room_of(centres, changes.get("centre_id", BANBURY)),
        "title": "Cooking together",
        "audience": "targeted",
        "provider": "council",
        "starts_at": in_days(7),
        "minutes": 60,
        "capacity": 12,
        "minimum_age": 0,
        "maximum_age": 11,
        "staff": ["w-17"],
        **changes,
    }


async def scheduled(centres: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    sent = await an_activity(centres, **changes)
    answer = await centres.as_("centre_coordinator").post("/activities", json=sent)
    assert answer.status_code == 201, answer.text
    activity: dict[str, Any] = answer.json()
    return activity


async def session_of(centres: ServiceUnderTest, **changes: Any) -> str:
    return str((await scheduled(centres, **changes))["sessions"][0]["id"])


def a_case_opened(**changes: Any) -> CaseOpened:
    opened: dict[str, Any] = {
        "case_id": uuid4(),
        "referral_id": uuid4(),
        "family_id": uuid4(),
        "child_ids": [uuid4()],
        "pathway": "thriving_families",
        "area": "north",
        "opened_on": clock.today(),
        **changes,
    }
    return CaseOpened(**opened)


async def open_family(centres: ServiceUnderTest) -> tuple[UUID, UUID]:
    """A family open to the service, and its child."""
    opened = a_case_opened()
    await centres.deliver(opened)
    return opened.family_id, opened.child_ids[0]
