"""What falls due, as tests need it."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.casework.record.timescales import actions
from tests.service_under_test import ServiceUnderTest


async def started(casework: ServiceUnderTest, case: dict[str, Any], due_on: date, **changes: Any) -> UUID:
    """Start a clock in a case, as the topics do that have something to fall due; returns what it is about."""
    about_id = changes.pop("about_id", None) or uuid4()
    fields = {"step": "action", "started_on": due_on, "due_on": due_on, **changes}
    async with casework.database.begin() as session:
        await actions.start(session, UUID(case["id"]), fields.pop("step"), about_id=about_id, **fields)
    return about_id


async def met(casework: ServiceUnderTest, about_id: UUID, met_on: date, **changes: Any) -> None:
    async with casework.database.begin() as session:
        await actions.meet(session, "action", about_id=about_id, met_on=met_on, **changes)


async def announced(casework: ServiceUnderTest) -> int:
    """One turn of the timer."""
    async with casework.database.begin() as session:
        return await actions.announce_missed_timescales(session)
