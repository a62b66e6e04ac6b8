"""Reads of child in need plans, filtered by what the actor may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import visible_to
from services.casework.protection.need_plans.models import NeedPlan, NeedPlanChild, NeedReview, ReviewedChild
from services.casework.record.timescales.models import NOT_DONE, Timescale
from services.casework.record.timescales.rules import Done
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.problems import NotFound


def whole() -> Select[NeedPlan]:
    return select(NeedPlan).options(selectinload(NeedPlan.children))


async def find_plan(session: AsyncSession, actor: Actor, plan_id: UUID) -> NeedPlan:
    """The plan with its children, read anew; raises NotFound where its case is not seen."""
    rows = whole().join(Case, Case.id == NeedPlan.case_id).where(NeedPlan.id == plan_id, visible_to(actor))
    found = await session.scalar(rows.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("need_plan", plan_id)
    return found


async def of_children(session: AsyncSession, child_ids: Collection[UUID]) -> Sequence[NeedPlanChild]:
    """The plans that these children have or had, under any id of theirs."""
    known = await former_ids(session, (await surviving_ids(session, child_ids)).values())
    rows = select(NeedPlanChild).where(NeedPlanChild.child_id.in_(known)).options(selectinload(NeedPlanChild.plan))
    return (await session.scalars(rows)).all()


async def open_in(session: AsyncSession, case_id: UUID) -> Sequence[NeedPlanChild]:
    """What is in force in a case, by child."""
    rows = select(NeedPlanChild).join(NeedPlan, NeedPlan.id == NeedPlanChild.plan_id)
    rows = rows.where(NeedPlan.case_id == case_id, NeedPlanChild.ended_on.is_(None))
    rows = rows.options(selectinload(NeedPlanChild.plan)).order_by(NeedPlanChild.child_id)
    return (await session.scalars(rows)).all()


async def reviews_done(session: AsyncSession, plan_child_id: UUID) -> list[Done]:
    rows = select(NeedReview.held_on, NeedReview.reason_late)
    rows = rows.join(ReviewedChild, ReviewedChild.review_id == NeedReview.id)
    found = await session.execute(rows.where(ReviewedChild.plan_child_id == plan_child_id))
    return [Done(row.held_on, row.reason_late) for row in found]


async def last_review_on(session: AsyncSession, plan_child_ids: Collection[UUID]) -> date | None:
    rows = select(func.max(NeedReview.held_on)).join(ReviewedChild, ReviewedChild.review_id == NeedReview.id)
    found: date | None = await session.scalar(rows.where(ReviewedChild.plan_child_id.in_(plan_child_ids)))
    return found


async def next_due(session: AsyncSession, plan_child_ids: Collection[UUID]) -> Mapping[UUID, date]:
    rows = select(Timescale.about_id, Timescale.due_on)
    found = await session.execute(rows.where(Timescale.about_id.in_(plan_child_ids), NOT_DONE))
    return {row.about_id: row.due_on for row in found}


async def children_now(session: AsyncSession, rows: Iterable[NeedPlan]) -> dict[UUID, UUID]:
    """For each child of these plans the id that it answers to."""
    return await surviving_ids(session, {child.child_id for row in rows for child in row.children})
