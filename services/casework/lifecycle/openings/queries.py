"""Reads for opening a case: what is known of the family already."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.cases.queries import is_of


async def known_as(session: AsyncSession, family_ids: Collection[UUID], child_ids: Collection[UUID]) -> set[UUID]:
    """These families, and those under whose ids they or these children have cases."""
    cases = await session.scalars(select(Case.family_id).where(is_of(family_ids, child_ids)))
    return {*family_ids, *cases.all()}


async def last_closed_on(
    session: AsyncSession, family_ids: Collection[UUID], child_ids: Collection[UUID]
) -> date | None:
    """When a case of this family was closed last."""
    closed: date | None = await session.scalar(
        select(func.max(Case.closed_on)).where(Case.status == "closed", is_of(family_ids, child_ids))
    )
    return closed


async def children_of_other_open_cases(session: AsyncSession, case_id: UUID, child_ids: Collection[UUID]) -> set[UUID]:
    rows = select(CaseChild.child_id).join(Case, Case.id == CaseChild.case_id)
    others = rows.where(Case.status == "open", Case.id != case_id, CaseChild.child_id.in_(child_ids))
    return set((await session.scalars(others)).all())
