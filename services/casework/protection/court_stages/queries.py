"""Reads of court stages; whoever asks has been let see the case."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from services.casework.protection.court_stages.models import CourtStage, CourtStageChild
from services.casework.record.timescales.models import NOT_DONE, Timescale
from shared.merged_children import former_ids, surviving_ids


def whole() -> Select[CourtStage]:
    return select(CourtStage).options(selectinload(CourtStage.children))


async def stages_of(session: AsyncSession, child_ids: Collection[UUID]) -> Sequence[CourtStageChild]:
    """What these children have reached, by any of their ids, in the order in which they reached it."""
    known = await former_ids(session, (await surviving_ids(session, child_ids)).values())
    rows = select(CourtStageChild).join(CourtStageChild.reached).where(CourtStageChild.child_id.in_(known))
    ordered = rows.order_by(CourtStage.on, CourtStage.recorded_at).options(joinedload(CourtStageChild.reached))
    return (await session.scalars(ordered)).all()


async def stages_in(session: AsyncSession, case_id: UUID) -> Sequence[CourtStageChild]:
    """What the children of a case have reached in it, in the order in which they reached it."""
    rows = select(CourtStageChild).join(CourtStageChild.reached).where(CourtStage.case_id == case_id)
    ordered = rows.order_by(CourtStage.on, CourtStage.recorded_at).options(joinedload(CourtStageChild.reached))
    return (await session.scalars(ordered)).all()


async def still_due(session: AsyncSession, about_ids: Collection[UUID]) -> Mapping[UUID, date]:
    rows = select(Timescale.about_id, Timescale.due_on).where(Timescale.about_id.in_(about_ids), NOT_DONE)
    return {row.about_id: row.due_on for row in await session.execute(rows)}


async def children_now(session: AsyncSession, rows: Iterable[CourtStage]) -> dict[UUID, UUID]:
    """For each child of these stages the id that it answers to."""
    return await surviving_ids(session, {child.child_id for row in rows for child in row.children})
