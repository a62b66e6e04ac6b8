"""Who is joined to a worker already."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workforce.workers.models import Worker


async def taken_subjects(session: AsyncSession, subjects: Iterable[str | None]) -> set[str]:
    """Those of these people who sign in that a worker is joined to."""
    rows = select(Worker.subject).where(Worker.subject.in_({each for each in subjects if each}))
    return {subject for subject in await session.scalars(rows) if subject}
