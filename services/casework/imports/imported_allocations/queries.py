"""Reads around allocations that come from an older system."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.allocation.allocations.models import Allocation
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.imports.files.queries import imported
from services.casework.imports.files.rules import by_key
from services.casework.imports.imported_allocations.rules import Span
from services.casework.workforce.workers.models import Worker


async def workers_of(session: AsyncSession, references: Collection[str]) -> dict[str, UUID]:
    """The workers of these references: by their reference in the older system, or by their id here."""
    ids = {each: UUID(each) for each in references if _is_id(each)}
    here = set((await session.scalars(select(Worker.id).where(Worker.id.in_(ids.values())))).all())
    from_files = await imported(session, "worker", references)
    by_id = {reference: worker_id for reference, worker_id in ids.items() if worker_id in here}
    return by_id | {reference: row.about_id for reference, row in from_files.items()}


def _is_id(reference: str) -> bool:
    try:
        UUID(reference)
    except ValueError:
        return False
    return True


async def lock_cases(session: AsyncSession, case_ids: Iterable[UUID]) -> dict[UUID, Case]:
    """With their children, in the order in which everybody locks them."""
    rows = select(Case).where(Case.id.in_(set(case_ids))).order_by(Case.id).with_for_update()
    rows = rows.options(selectinload(Case.children))
    found = await session.scalars(rows.execution_options(populate_existing=True))
    return {case.id: case for case in found}


async def spans_of(session: AsyncSession, case_ids: Collection[UUID]) -> dict[UUID, list[Span]]:
    """Who held these families when, as far as it is known here."""
    rows = select(Allocation).where(Allocation.case_id.in_(case_ids))
    return by_key((row.case_id, Span(row.starts_on, row.ended_on)) for row in await session.scalars(rows))


async def children_of(session: AsyncSession, case_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    rows = await session.execute(select(CaseChild.case_id, CaseChild.child_id).where(CaseChild.case_id.in_(case_ids)))
    return by_key((row.case_id, row.child_id) for row in rows)
