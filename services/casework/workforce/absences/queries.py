"""Who is on leave, and when."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.workforce.absences.models import Absence
from shared.problems import NotFound


async def find_absence(session: AsyncSession, worker_id: UUID, absence_id: UUID) -> Absence:
    """Raises NotFound where this worker has no such leave."""
    absence = await session.scalar(select(Absence).where(Absence.id == absence_id, Absence.worker_id == worker_id))
    if absence is None:
        raise NotFound("absence", absence_id)
    return absence


def absences_of(worker_id: UUID) -> Select[Absence]:
    return select(Absence).where(Absence.worker_id == worker_id)


async def absent_until(session: AsyncSession, worker_ids: Iterable[UUID], day: date) -> dict[UUID, date | None]:
    """Those of these workers who are on leave on a day, with the last day of the leave as far as it is known."""
    absent = select(Absence.worker_id, Absence.last_on).where(
        Absence.worker_id.in_(worker_ids),
        Absence.from_on <= day,
        or_(Absence.last_on.is_(None), Absence.last_on >= day),
    )
    return {row.worker_id: row.last_on for row in await session.execute(absent)}
