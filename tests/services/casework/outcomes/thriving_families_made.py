"""Families on their way through Thriving Families, as tests need them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.casework.record.chronology.models import ChronologyEntry
from tests.service_under_test import ServiceUnderTest
from tests.services.casework.casework_made import a_case

NEEDS_2022 = ["school_attendance", "housing", "domestic_abuse"]


async def a_family(casework: ServiceUnderTest, opened_on: str = "2024-01-08", **changes: Any) -> dict[str, Any]:
    """The case of a family that was referred for Thriving Families."""
    decided_at = datetime.combine(date.fromisoformat(opened_on), datetime.min.time(), UTC).replace(hour=12)
    return await a_case(casework, outcome="thriving_families", decided_at=decided_at, **changes)


async def sent(
    casework: ServiceUnderTest, case: dict[str, Any], to: str, body: dict[str, Any], status: int = 201, **claims: Any
) -> dict[str, Any]:
    """What a manager sends about a family is taken, or refused as expected."""
    client = casework.as_("team_manager", **claims)
    answer = await client.post(f"/families/{case['family_id']}/{to}", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def a_plan(needs: list[str], **changes: Any) -> dict[str, Any]:
    goals = [
        {"need": need, "outcome": "It is better", "measure": "As seen by the school", "by_on": "2024-12-01"}
        for need in needs
    ]
    wishes = {"wishes_of_child": "To see my friends", "wishes_of_family": "A bigger kitchen"}
    return {"agreed_on": "2024-02-01", "goals": goals, **wishes, **changes}


async def a_planned_family(
    casework: ServiceUnderTest, needs: list[str] | None = None, version: str = "2022", **changes: Any
) -> dict[str, Any]:
    """A family that is eligible and has its outcome plan."""
    needs = needs or NEEDS_2022
    case = await a_family(casework, **changes)
    assessed = {"version": version, "needs": needs, "assessed_on": "2024-01-15"}
    await sent(casework, case, "thriving-families", assessed)
    await sent(casework, case, "outcome-plan", a_plan(needs))
    return case


async def improve(casework: ServiceUnderTest, case: dict[str, Any], seen_on: str, *needs: str) -> None:
    for need in needs:
        body = {"need": need, "improved": True, "evidence": "The register", "seen_on": seen_on}
        await sent(casework, case, "outcome-plan/progress", body)


async def close(casework: ServiceUnderTest, case: dict[str, Any], closed_on: str) -> None:
    body = {"closed_on": closed_on, "reason": "RC7"}
    answer = await casework.as_("area_manager").post(f"/cases/{case['id']}/closure", json=body)
    assert answer.status_code == 200, answer.text


async def whole_of(casework: ServiceUnderTest, case: dict[str, Any]) -> dict[str, Any]:
    """Everything about a family's part in Thriving Families."""
    answer = await casework.as_("team_manager").get(f"/families/{case['family_id']}/thriving-families")
    assert answer.status_code == 200, answer.text
    whole: dict[str, Any] = answer.json()
    return whole


async def entries_of(casework: ServiceUnderTest, case: dict[str, Any]) -> list[str]:
    """The kinds of what stands in the chronology of a case, oldest first."""
    async with casework.database.read() as session:
        kinds = select(ChronologyEntry.kind).where(ChronologyEntry.case_id == UUID(case["id"]))
        return list((await session.scalars(kinds.order_by(ChronologyEntry.at, ChronologyEntry.recorded_at))).all())
