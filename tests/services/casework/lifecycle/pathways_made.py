"""Families that are referred again, stepped, closed and reopened, as tests need them."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from shared import clock
from shared.contracts.referrals import ReferralAccepted, ReferralClosed
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_worker, an_accepted_referral, let_referrals_answer


def days_ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


async def post(casework: ServiceUnderTest, path: str, role: str = "team_manager", **sent: Any) -> httpx.Response:
    body = {name: value.isoformat() if isinstance(value, date) else value for name, value in sent.items()}
    return await casework.as_(role).post(path, json=body)


async def done(casework: ServiceUnderTest, path: str, **sent: Any) -> dict[str, Any]:
    answer = await post(casework, path, **sent)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(casework: ServiceUnderTest, path: str, **sent: Any) -> tuple[int, str]:
    """The status, and the code of the problem; for a field that breaks a rule, that of the field."""
    problem = (await post(casework, path, **sent)).json()
    return problem["status"], problem["errors"][0]["code"] if problem["code"] == "invalid" else problem["code"]


async def step(casework: ServiceUnderTest, case: dict[str, Any], pathway: str, **more: Any) -> dict[str, Any]:
    return await done(casework, f"/cases/{case['id']}/pathway", pathway=pathway, reason="Reviewed", **more)


async def close(casework: ServiceUnderTest, case: dict[str, Any], on: date | None = None) -> dict[str, Any]:
    return await done(casework, f"/cases/{case['id']}/closure", closed_on=on or clock.today(), reason="RC7")


async def allocate(casework: ServiceUnderTest, case: dict[str, Any], **worker: Any) -> dict[str, Any]:
    """Give a family its key worker, who is new."""
    made = await a_worker(casework, **worker)
    await done(casework, f"/cases/{case['id']}/allocation", worker_id=made["id"], starts_on=case["opened_on"])
    return made


async def referred_again(
    casework: ServiceUnderTest, family_id: UUID | str, outcome: str = "assessment", children: int = 1, **changes: Any
) -> ReferralAccepted | ReferralClosed:
    """Another decision about a family of that id, delivered; it opens a case or joins one."""
    accepted = an_accepted_referral(children, outcome=outcome, family_id=family_id, **changes)
    let_referrals_answer(casework, accepted)
    decided = ReferralClosed(**accepted.model_dump()) if outcome == "early_help" else accepted
    await casework.deliver(decided)
    return decided


async def history_of(casework: ServiceUnderTest, case: dict[str, Any]) -> dict[str, Any]:
    answer = await casework.as_("area_manager").get(f"/cases/{case['id']}/history")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def case_of(casework: ServiceUnderTest, case_id: str) -> dict[str, Any]:
    answer = await casework.as_("area_manager").get(f"/cases/{case_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def cases_of(casework: ServiceUnderTest, status: str = "open") -> list[dict[str, Any]]:
    answer = await casework.as_("area_manager").get("/cases", params={"status": status, "limit": 200})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
