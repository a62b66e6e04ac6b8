"""Which ceiling is in force."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.ceilings.models import Ceiling


async def ceiling_in_force(session: AsyncSession) -> Ceiling:
    """The latest decision among those that are in force, in whatever order they were heard of."""
    found = await session.scalars(
        select(Ceiling)
        .where(Ceiling.in_force_since.is_not(None))
        .order_by(Ceiling.effective_on.desc(), Ceiling.decided_at.desc())
        .limit(1)
    )
    return found.one()
