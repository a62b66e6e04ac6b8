"""What a worker holds."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import Case


async def open_cases_of(session: AsyncSession, worker_id: UUID) -> Sequence[Case]:
    """What a worker holds now: some dozen families."""
    held = await session.scalars(select(Case).where(Case.key_worker_id == worker_id, Case.status == "open"))
    return held.all()
