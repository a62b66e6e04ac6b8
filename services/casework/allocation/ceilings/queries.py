"""Which ceiling is in force."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.ceilings.models import Ceiling
from services.casework.allocation.ceilings.rules import Decided


async def ceiling_in_force(session: AsyncSession) -> Ceiling:
    """The latest decision among those that are in force, in whatever order they were received."""
    found = await session.scalars(
        select(Ceiling)
        .where(Ceiling.in_force_since.is_not(None))
        .order_by(Ceiling.effective_on.desc(), Ceiling.decided_at.desc())
        .limit(1)
    )
    return found.one()


async def ceilings_ever(session: AsyncSession) -> list[Decided]:
    """Every ceiling that was ever in force: a few decisions of governance a year."""
    found = await session.scalars(select(Ceiling).where(Ceiling.in_force_since.is_not(None)))
    return [
        Decided(
            each.children,
            each.decision_id,
            each.proposal_id,
            each.effective_on,
            each.decided_at,
            each.in_force_since,
        )
        for each in found
        if each.in_force_since
    ]
