"""Following merges of children's records: their cases are counted anew."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import one_at_a_time
from services.casework.cases.cases.models import Case, CaseChild, MergedChild
from services.casework.cases.cases.queries import former_ids, surviving_ids
from services.casework.cases.holdings.actions import settle
from shared.database import insert_into


async def note_merge(
    session: AsyncSession, child_id: UUID, surviving_child_id: UUID | None, sequence: int
) -> list[Case]:
    """Keep what the referrals service last said of a child's record, and count the children of its cases anew.

    An older fact that comes late changes nothing. Two records of one child in one case are one child of the caseload.
    Answers the cases that have more children now: a merge was reversed.
    """
    before = await surviving_ids(session, [child_id])
    await one_at_a_time(session, {child_id, *before.values(), *filter(None, [surviving_child_id])})
    said = {"surviving_child_id": surviving_child_id, "sequence": sequence}
    await session.execute(
        insert_into(session, MergedChild)
        .values(child_id=child_id, **said)
        .on_conflict_do_update(index_elements=["child_id"], set_=said, where=MergedChild.sequence < sequence)
    )
    known = await former_ids(session, [child_id])
    of_these = select(CaseChild.case_id).where(CaseChild.child_id.in_(known))
    found = select(Case).where(Case.id.in_(of_these)).order_by(Case.id).with_for_update()
    cases = (await session.scalars(found)).all()
    counted = {case.id: case.child_count for case in cases}
    await settle(session, cases)
    return [case for case in cases if case.child_count > counted[case.id]]
