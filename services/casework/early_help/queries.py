"""Reads of early help."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def has_lead_professional(session: AsyncSession, case_id: UUID) -> bool:
    """Whether the family has a Team Around the Family with somebody who leads it."""
    raise NotImplementedError(case_id)
