"""Moving work from one worker to another."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


async def withdraw_offers_of(session: AsyncSession, case_id: UUID) -> None:
    """End what is offered and not answered of a case, as it is closed, stepped down or has another key worker."""
