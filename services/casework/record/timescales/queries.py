"""What falls due, filtered by what the actor may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import visible_to
from services.casework.record.timescales.models import MET_LATE, NOT_DONE, Timescale
from services.casework.record.timescales.rules import COUNTED_FOR, Status, falls_due_by
from services.casework.record.timescales.schemas import MOST_OF_A_CASE, DueQuery, TimescalesQuery
from services.casework.workforce.workers.rules import team_key
from shared import clock
from shared.auth import Actor
from shared.merged_children import surviving_ids


def has_status(status: Status | None) -> ColumnElement[bool]:
    """`rules.status_of` in SQL; none: whatever is still to be done. What ended without being met has no status."""
    today = clock.today()
    if status is None:
        return NOT_DONE
    if status == "due":
        return and_(NOT_DONE, Timescale.due_on >= today)
    if status == "overdue":
        return and_(NOT_DONE, Timescale.due_on < today)
    if status == "met":
        return Timescale.met_on <= Timescale.due_on
    return MET_LATE


def chosen(query: DueQuery) -> Select[Timescale]:
    """With `Case` joined, so that the caller can choose whose cases."""
    rows = select(Timescale).join(Case, Case.id == Timescale.case_id).where(has_status(query.status))
    if query.status not in ("met", "met_late"):
        rows = rows.where(Case.status == "open")
    if query.within_days is not None:
        rows = rows.where(Timescale.due_on <= falls_due_by(clock.today(), query.within_days))
    if query.overdue is not None:
        rows = rows.where(has_status("overdue" if query.overdue else "due"))
    for column, value in (
        (Case.area, query.area),
        (Case.team_key, team_key(query.team)),
        (Case.key_worker_id, query.worker),
        (Case.id, query.case),
    ):
        if value is not None:
            rows = rows.where(column == value)
    return rows


def list_for(actor: Actor, query: TimescalesQuery) -> Select[Timescale]:
    rows = chosen(query).where(visible_to(actor))
    return rows.where(Timescale.step == query.step) if query.step else rows


async def still_due_in(session: AsyncSession, case_id: UUID) -> Sequence[Timescale]:
    """What is still to be done in a case, soonest first; whoever asks has been let see the case."""
    rows = select(Timescale).where(Timescale.case_id == case_id, NOT_DONE)
    return (await session.scalars(rows.order_by(Timescale.due_on, Timescale.id).limit(MOST_OF_A_CASE))).all()


class Lately(NamedTuple):
    """What of one step fell due in one area in the days of `COUNTED_FOR` before today."""

    due: int
    missed: int


async def lately_missed(
    session: AsyncSession, steps: Collection[str], today: date
) -> Mapping[tuple[str, str | None], Lately]:
    """For each of these steps and each area, by the case's area of today: how many fell due, how many were missed.

    What ceased to matter on or before its day neither fell due nor was missed; what was done late was missed.
    """
    fell_due = or_(Timescale.met_on.is_not(None), Timescale.ended_on.is_(None), Timescale.ended_on > Timescale.due_on)
    missed = or_(Timescale.met_on.is_(None), MET_LATE)
    rows = await session.execute(
        select(Timescale.step, Case.area, func.count(), func.count(case((missed, 1))))
        .join(Case, Case.id == Timescale.case_id)
        .where(Timescale.due_on >= today - COUNTED_FOR, Timescale.due_on < today, Timescale.step.in_(steps), fell_due)
        .group_by(Timescale.step, Case.area)
    )
    return {(step, area): Lately(due, missed_ones) for step, area, due, missed_ones in rows}


async def children_now(session: AsyncSession, rows: Iterable[Timescale]) -> dict[UUID, UUID]:
    """For each child of these rows the id that it answers to."""
    return await surviving_ids(session, {row.child_id for row in rows if row.child_id})
