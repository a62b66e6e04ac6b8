"""Following merges of children's records: their cases are counted anew."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import one_at_a_time
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.holdings.actions import settle
from services.casework.lifecycle.joinings.actions import record_cases_to_join, reverse_joinings
from services.casework.lifecycle.joinings.queries import linked_by_joinings
from shared import merged_children
from shared.merged_children import former_ids


async def record_merge(
    session: AsyncSession, child_id: UUID, surviving_child_id: UUID | None, sequence: int
) -> list[Case]:
    """Keep what became of a child's record, and count the children of its cases anew.

    An older fact that comes late changes nothing. Two records of one child in one case are one child of the caseload.
    Cases that a merge had made one family, and that were joined, part again when it is reversed; open cases that are
    one family from now on are on the list of those to join. Returns the open cases that have more children now, and
    those that are open again: a merge was reversed.
    """
    await one_at_a_time(session)
    await merged_children.record_merge(session, child_id, surviving_child_id, sequence)
    cases = await _lock_cases_of(session, child_id)
    counted = {case.id: case.child_count for case in cases if case.status == "open"}
    await settle(session, cases)
    reopened = await reverse_joinings(session, cases)
    await record_cases_to_join(session, cases)
    grown = [case for case in cases if case.child_count > counted.get(case.id, case.child_count)]
    return [*grown, *(case for case in reopened if case.status == "open")]


async def _lock_cases_of(session: AsyncSession, child_id: UUID) -> Sequence[Case]:
    """The cases of a child, and those that joinings link to them: the one that they were joined into may be another's
    as soon as this child is."""
    known = await former_ids(session, [child_id])
    of_child = await session.scalars(select(CaseChild.case_id).where(CaseChild.child_id.in_(known)))
    linked = await linked_by_joinings(session, of_child.all())
    locked = select(Case).where(Case.id.in_(linked)).order_by(Case.id).with_for_update()
    return (await session.scalars(locked.execution_options(populate_existing=True))).all()
