"""Reads of the steps of a case."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.lifecycle.pathways.models import PathwayStep


async def last_step_on(session: AsyncSession, case_id: UUID) -> date:
    found = await session.scalar(select(func.max(PathwayStep.from_on)).where(PathwayStep.case_id == case_id))
    assert found is not None
    return found
