"""Reads of where families live."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.moves.models import CaseMove


async def last_move_on(session: AsyncSession, case_id: UUID) -> date:
    found = await session.scalar(select(func.max(CaseMove.from_on)).where(CaseMove.case_id == case_id))
    assert found is not None
    return found
