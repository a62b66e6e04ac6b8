"""Reads of strategy discussions, filtered by what the actor may see."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import visible_to
from services.casework.protection.strategy_discussions.models import StrategyDiscussion
from shared.auth import Actor
from shared.merged_children import surviving_ids
from shared.problems import NotFound


def whole() -> Select[StrategyDiscussion]:
    return select(StrategyDiscussion).options(selectinload(StrategyDiscussion.children))


async def find_discussion(session: AsyncSession, actor: Actor, discussion_id: UUID) -> StrategyDiscussion:
    rows = whole().join(Case, Case.id == StrategyDiscussion.case_id)
    found = await session.scalar(rows.where(StrategyDiscussion.id == discussion_id, visible_to(actor)))
    if found is None:
        raise NotFound("strategy_discussion", discussion_id)
    return found


async def children_now(session: AsyncSession, rows: Iterable[StrategyDiscussion]) -> dict[UUID, UUID]:
    """For each child of these discussions the id that it answers to."""
    return await surviving_ids(session, {child.child_id for row in rows for child in row.children})
