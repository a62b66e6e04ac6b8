"""Following merges of children's records: their cases are counted anew."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import one_at_a_time
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.holdings.actions import settle
from shared import merged_children
from shared.merged_children import former_ids, surviving_ids


async def record_merge(
    session: AsyncSession, child_id: UUID, surviving_child_id: UUID | None, sequence: int
) -> list[Case]:
    """Keep what became of a child's record, and count the children of its cases anew.

    An older fact that comes late changes nothing. Two records of one child in one case are one child of the caseload.
    Returns the cases that have more children now: a merge was reversed.
    """
    before = await surviving_ids(session, [child_id])
    await one_at_a_time(session, {child_id, *before.values(), *filter(None, [surviving_child_id])})
    await merged_children.record_merge(session, child_id, surviving_child_id, sequence)
    known = await former_ids(session, [child_id])
    of_these = select(CaseChild.case_id).where(CaseChild.child_id.in_(known))
    found = select(Case).where(Case.id.in_(of_these)).order_by(Case.id).with_for_update()
    cases = (await session.scalars(found)).all()
    counted = {case.id: case.child_count for case in cases}
    await settle(session, cases)
    return [case for case in cases if case.child_count > counted[case.id]]
