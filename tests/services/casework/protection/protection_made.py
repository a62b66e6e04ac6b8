"""Families on the statutory path, as tests need them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from shared import clock
from shared.clock import LONDON
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case

Json = dict[str, Any]

PRESENT = [
    {"name": "Rosalind Achebe", "agency": "social_care"},
    {"name": "Owen Pryce", "agency": "police"},
    {"name": "Mina Farouk", "agency": "health"},
]
WISHES = {"child": "I want to sleep at home", "family": "We want to be left alone"}


def ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def a_weekday(day: date) -> date:
    """That day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


async def a_family(casework: ServiceUnderTest, children: int = 1, since: int = 200, **changes: Any) -> Json:
    """A case whose referral was received so many days ago."""
    at = datetime.combine(ago(since), datetime.min.time(), LONDON) + timedelta(hours=12)
    return await a_case(casework, children, received_at=at, decided_at=at, **changes)


def children_of(case: Json) -> list[str]:
    return [child["child_id"] for child in case["children"]]


async def sent(
    casework: ServiceUnderTest,
    path: str,
    body: Json,
    status: int = 201,
    *,
    role: str = "practice_supervisor",
    **claims: Any,
) -> Json:
    answer = await casework.as_(role, **claims).post(path, json=body)
    assert answer.status_code == status, answer.text
    content: Json = answer.json()
    return content


async def read(casework: ServiceUnderTest, path: str, role: str = "area_manager", **query: Any) -> Json:
    answer = await casework.as_(role).get(path, params=query)
    assert answer.status_code == 200, answer.text
    content: Json = answer.json()
    return content


async def an_enquiry(casework: ServiceUnderTest, case: Json, days_ago: int, children: Sequence[str] = ()) -> Json:
    """A strategy discussion of that day, and the enquiry that it began."""
    held_at = datetime.combine(ago(days_ago), datetime.min.time(), LONDON) + timedelta(hours=10)
    about = list(children)
    discussion = await sent(
        casework,
        f"/cases/{case['id']}/strategy-discussions",
        {
            "held_at": held_at.isoformat(),
            "children": about,
            "participants": PRESENT,
            "outcome": "section_47",
            "reason": "The two accounts do not fit together",
        },
    )
    return await sent(
        casework,
        f"/cases/{case['id']}/section-47-enquiries",
        {
            "strategy_discussion_id": discussion["id"],
            "children": about,
            "started_on": ago(days_ago).isoformat(),
            "kind": "single",
        },
    )


def a_conference(held_on: date, children: Sequence[Json], **changes: Any) -> Json:
    return {
        "kind": "initial",
        "held_on": held_on.isoformat(),
        "chair": {"name": "Imogen Tarrant", "subject": "imogen.tarrant"},
        "present": PRESENT,
        "quorate": True,
        "children": list(children),
        **changes,
    }


def for_a_plan(child_id: str, category: str = "NEG") -> Json:
    return {"child_id": child_id, "decision": "plan", "category": category}


async def held(casework: ServiceUnderTest, case: Json, body: Json, status: int = 201) -> Json:
    return await sent(casework, f"/cases/{case['id']}/conferences", body, status)


async def a_protected_family(casework: ServiceUnderTest, children: int = 1, days_ago: int = 100) -> tuple[Json, Json]:
    """A family whose children have had plans for about so many days; returns the case and the initial conference."""
    case = await a_family(casework, children, since=days_ago + 40)
    enquiry = await an_enquiry(casework, case, days_ago + 10)
    body = a_conference(
        a_weekday(ago(days_ago)),
        [for_a_plan(child) for child in children_of(case)],
        section_47_enquiry_id=enquiry["id"],
    )
    return case, await held(casework, case, body)


async def a_visit(casework: ServiceUnderTest, case: Json, day: date, seen: dict[str, bool], **changes: Any) -> Json:
    body = {
        "happened_on": day.isoformat(),
        "purpose": "child_protection_visit",
        "place": "home",
        "text": "Visited",
        "children": [{"child_id": child, "seen": was, "seen_alone": was} for child, was in seen.items()],
        **changes,
    }
    return await sent(casework, f"/cases/{case['id']}/visits", body)


async def due_in(casework: ServiceUnderTest, case: Json, step: str, **query: Any) -> list[Json]:
    items: list[Json] = (await read(casework, "/timescales", case=case["id"], step=step, **query))["items"]
    return items
