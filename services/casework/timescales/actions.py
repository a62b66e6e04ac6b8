"""Starting, meeting and ending what falls due; the caller has asked whether it may."""

from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.timescales.models import Timescale


async def start(
    session: AsyncSession,
    case_id: UUID,
    step: str,
    *,
    about_id: UUID,
    started_on: date,
    due_on: date,
    child_id: UUID | None = None,
) -> None:
    """Start a clock of one of `codes.STEPS`; for one thing and step there is one: started again, it has another day."""
    found = await _find(session, about_id, step)
    if found is None:
        session.add(
            Timescale(
                case_id=case_id,
                child_id=child_id,
                step=step,
                about_id=about_id,
                started_on=started_on,
                due_on=due_on,
            )
        )
    else:
        found.due_on, found.met_on, found.ended_on, found.announced = due_on, None, None, False
    await session.flush()


async def meet(
    session: AsyncSession, step: str, *, about_id: UUID, met_on: date, reason_late: str | None = None
) -> None:
    """It was done on that day."""
    found = await _find(session, about_id, step)
    if found is not None and found.met_on is None:
        found.met_on, found.reason_late = met_on, reason_late


async def end(session: AsyncSession, step: str, *, about_id: UUID, ended_on: date) -> None:
    """It need not be done any more."""
    found = await _find(session, about_id, step)
    if found is not None and found.met_on is None and found.ended_on is None:
        found.ended_on = ended_on


async def end_all_of_case(session: AsyncSession, case_id: UUID, ended_on: date) -> None:
    """Nothing of a closed case falls due."""
    open_ones = update(Timescale).where(
        Timescale.case_id == case_id, Timescale.met_on.is_(None), Timescale.ended_on.is_(None)
    )
    await session.execute(open_ones.values(ended_on=ended_on))


async def _find(session: AsyncSession, about_id: UUID, step: str) -> Timescale | None:
    found: Timescale | None = await session.scalar(
        select(Timescale).where(Timescale.about_id == about_id, Timescale.step == step).with_for_update()
    )
    return found
