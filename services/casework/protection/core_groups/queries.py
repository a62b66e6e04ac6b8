"""Reads of core groups; whoever asks has been let see the case."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.protection.core_groups.models import CoreGroup, CoreGroupChild
from services.casework.record.timescales.models import NOT_DONE, Timescale
from services.casework.record.timescales.rules import Done
from shared.merged_children import surviving_ids


def whole() -> Select[CoreGroup]:
    return select(CoreGroup).options(selectinload(CoreGroup.children))


async def held_about(session: AsyncSession, plan_id: UUID) -> list[Done]:
    rows = select(CoreGroup.held_on, CoreGroup.reason_late)
    rows = rows.join(CoreGroupChild, CoreGroupChild.core_group_id == CoreGroup.id)
    found = await session.execute(rows.where(CoreGroupChild.plan_id == plan_id))
    return [Done(row.held_on, row.reason_late) for row in found]


async def next_due(session: AsyncSession, plan_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """By plan, when the next core group is due."""
    rows = select(Timescale.about_id, Timescale.due_on).where(Timescale.step == "core_group", NOT_DONE)
    found = await session.execute(rows.where(Timescale.about_id.in_(plan_ids)))
    return {row.about_id: row.due_on for row in found}


async def children_now(session: AsyncSession, rows: Iterable[CoreGroup]) -> dict[UUID, UUID]:
    """For each child of these core groups the id that it answers to."""
    return await surviving_ids(session, {child.child_id for row in rows for child in row.children})
