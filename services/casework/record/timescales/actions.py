"""Starting, meeting and ending what falls due, and announcing what was missed; the caller checks whether it may."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from services.casework.cases.cases.models import Case
from services.casework.record.timescales.models import NOT_ANNOUNCED, NOT_DONE, Timescale
from services.casework.record.timescales.queries import Lately, lately_missed
from services.casework.record.timescales.rules import Turn, is_late
from shared import clock, outbox
from shared.contracts.casework import TimescaleMissed
from shared.problems import InvalidBody

AT_ONCE = 200
"""Timescales that one turn of the timer announces."""


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
        found.case_id, found.started_on, found.due_on, found.announced = case_id, started_on, due_on, False
        found.met_on = found.ended_on = found.reason_late = None


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


async def close_awaited(
    session: AsyncSession, case_id: UUID, step: str, *, met_on: date | None = None, ended_on: date | None = None
) -> None:
    """What the front door asked for, of the whole family, is done, or goes on as clocks of each child."""
    awaited = update(Timescale).where(
        Timescale.case_id == case_id, Timescale.step == step, Timescale.child_id.is_(None), NOT_DONE
    )
    await session.execute(awaited.values(met_on=met_on, ended_on=ended_on))


async def keep_turns(
    session: AsyncSession, case_id: UUID, step: str, turns: Sequence[Turn], *, about_id: UUID, child_id: UUID
) -> None:
    """Let what falls due again and again be these turns, the first one first; what was announced is not again."""
    rows = select(Timescale).where(Timescale.about_id == about_id, Timescale.step == step).order_by(Timescale.number)
    before = (await session.scalars(rows.with_for_update().execution_options(populate_existing=True))).all()
    announced = {row.due_on for row in before if row.announced}
    for number, turn in enumerate(turns, 1):
        row = before[number - 1] if number <= len(before) else Timescale(about_id=about_id, step=step, number=number)
        row.case_id, row.child_id, row.announced = case_id, child_id, turn.due_on in announced
        for name, value in asdict(turn).items():
            setattr(row, name, value)
        session.add(row)
    for row in before[len(turns) :]:
        await session.delete(row)


async def end_series(session: AsyncSession, about_id: UUID, ended_on: date) -> None:
    """Nothing falls due about this any more."""
    await session.execute(update(Timescale).where(Timescale.about_id == about_id, NOT_DONE).values(ended_on=ended_on))


async def end_all_of_case(session: AsyncSession, case_id: UUID, ended_on: date) -> None:
    """Nothing of a closed case falls due."""
    open_ones = update(Timescale).where(Timescale.case_id == case_id, NOT_DONE)
    await session.execute(open_ones.values(ended_on=ended_on))


def require_reason_late(due_on: date, met_on: date, reason_late: str | None) -> None:
    """What is done late has a reason on record, and what is done in time has none."""
    if is_late(due_on, met_on) and not reason_late:
        raise InvalidBody("/reason_late", "missing", "After the due day the reason why it is late is needed")
    if reason_late and not is_late(due_on, met_on):
        raise InvalidBody("/reason_late", "not-late", "This was done in time, so there is no reason why it is late")


async def announce_missed_timescales(session: AsyncSession) -> int:
    """Announce some of those whose due day is past; each once for each due day. Returns how many."""
    found = await session.scalars(
        select(Timescale)
        .join(Timescale.case)
        .where(NOT_ANNOUNCED, Timescale.due_on < clock.today(), Case.status == "open")
        .order_by(Timescale.due_on, Timescale.id)
        .limit(AT_ONCE)
        .options(contains_eager(Timescale.case))
        .with_for_update(of=Timescale, skip_locked=True)
    )
    missed = found.all()
    counts = await lately_missed(session, {each.step for each in missed}, clock.today()) if missed else {}
    for each in missed:
        await outbox.record(session, _missed(each, counts.get((each.step, each.case.area), Lately(0, 0))))
        each.announced = True
    return len(missed)


def _missed(each: Timescale, lately: Lately) -> TimescaleMissed:
    return TimescaleMissed(
        timescale_id=each.id,
        case_id=each.case_id,
        child_id=each.child_id,
        step=each.step,
        area=each.case.area,
        worker_id=each.case.key_worker_id,
        due_on=each.due_on,
        due_in_28_days=lately.due,
        missed_in_28_days=lately.missed,
    )


async def _find(session: AsyncSession, about_id: UUID, step: str) -> Timescale | None:
    found: Timescale | None = await session.scalar(
        select(Timescale)
        .where(Timescale.about_id == about_id, Timescale.step == step, Timescale.number == 1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found
