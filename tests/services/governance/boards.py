"""The boards at work: proposals as they are sent, meetings that are called, decisions that are recorded."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared import clock
from shared.contracts.casework import CaseloadCeilingExceeded, TimescaleMissed
from shared.contracts.referrals import ReferralDecisionOverdue
from tests.service_under_test import ServiceUnderTest


def a_proposal(**changes: Any) -> dict[str, Any]:
    """A ceiling of 18 children, which is the Core Group's to decide."""
    return {
        "title": "A ceiling of 18 children",
        "summary": "The caseloads of the north area do not fit under 16.",
        "kind": "staffing",
        "effect": {"kind": "set_caseload_ceiling", "children": 18},
        **changes,
    }


def a_decision(proposal: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "proposal_id": proposal["id"],
        "outcome": "approved",
        "reason": "Caseloads in the north",
        "present": ["the chair"],
        "declared_interests": [],
        **changes,
    }


def a_ceiling_exceeded(worker_id: UUID | None = None, **changes: Any) -> CaseloadCeilingExceeded:
    exceeded = {
        "worker_id": worker_id or uuid4(),
        "case_id": uuid4(),
        "area": "north",
        "team": "banbury-1",
        "children": 17,
    }
    exceeded |= {"ceiling": "16.00", "allocated_at": clock.now()}
    return CaseloadCeilingExceeded.model_validate(exceeded | changes)


def a_decision_overdue(referral_id: UUID | None = None, **changes: Any) -> ReferralDecisionOverdue:
    overdue = {"referral_id": referral_id or uuid4(), "area": "south", "rating": "red", "immediate_danger": True}
    return ReferralDecisionOverdue.model_validate({**overdue, "decision_due_at": clock.now(), **changes})


def a_timescale_missed(*, missed: int | None, due: int | None, **changes: Any) -> TimescaleMissed:
    event = {"timescale_id": uuid4(), "case_id": uuid4(), "child_id": uuid4(), "step": "protection_visit"}
    event |= {"area": "north", "worker_id": uuid4(), "due_on": clock.today() - timedelta(days=1)}
    return TimescaleMissed.model_validate({**event, "due_in_28_days": due, "missed_in_28_days": missed, **changes})


async def answered(answer: httpx.Response, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def body_id_of(governance: ServiceUnderTest, key: str) -> str:
    bodies = (await governance.as_("governance_officer").get("/bodies", params={"limit": 200})).json()["items"]
    return next(str(body["id"]) for body in bodies if body["key"] == key)


async def meeting_today(governance: ServiceUnderTest, key: str = "core_group") -> dict[str, Any]:
    path = f"/bodies/{await body_id_of(governance, key)}/meetings"
    called = {"held_on": clock.today().isoformat(), "reason": "It cannot wait"}
    return await answered(await governance.as_("governance_officer").post(path, json=called))


async def coming_meetings(governance: ServiceUnderTest, key: str = "core_group") -> list[dict[str, Any]]:
    path = f"/bodies/{await body_id_of(governance, key)}/meetings"
    answer = await governance.as_("governance_officer").get(path, params={"limit": 200})
    items: list[dict[str, Any]] = (await answered(answer, 200))["items"]
    return items


async def proposed(governance: ServiceUnderTest, **changes: Any) -> dict[str, Any]:
    client = governance.as_("area_manager", sub="anita")
    return await answered(await client.post("/proposals", json=a_proposal(**changes)))


async def proposal_now(governance: ServiceUnderTest, proposal: dict[str, Any]) -> dict[str, Any]:
    return await answered(await governance.as_("team_manager").get(f"/proposals/{proposal['id']}"), 200)


async def decide(
    governance: ServiceUnderTest, meeting: dict[str, Any], proposal: dict[str, Any], **changes: Any
) -> httpx.Response:
    client = governance.as_("governance_officer", sub="olga")
    return await client.post(f"/meetings/{meeting['id']}/decisions", json=a_decision(proposal, **changes))


async def agenda_of(governance: ServiceUnderTest, meeting: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await governance.as_("board_member").get(f"/meetings/{meeting['id']}/agenda")
    items: list[dict[str, Any]] = (await answered(answer, 200))["items"]
    return items
