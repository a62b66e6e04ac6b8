"""Opening a case for a family."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import Case, CaseChild, MergedChild
from services.casework.cases.queries import former_ids, surviving_ids
from services.casework.cases.rules import PATHWAY_AFTER
from services.casework.cases.schemas import ReferralAsked
from shared import outbox
from shared.clock import london_day
from shared.contracts.casework import CaseOpened
from shared.contracts.referrals import ReferralAccepted
from shared.database import insert_into


async def open_case(session: AsyncSession, accepted: ReferralAccepted, referral: ReferralAsked) -> None:
    """Open the case of an accepted referral, unallocated, on the day of the decision; one referral has one case."""
    if await session.scalar(select(Case.id).where(Case.referral_id == accepted.referral_id)):
        return
    case = Case(
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        area=referral.area,
        pathway=PATHWAY_AFTER[accepted.outcome],
        status="open",
        child_count=await _count(session, [child.child_id for child in referral.children]),
        opened_on=london_day(accepted.decided_at),
        opened_at=accepted.decided_at,
    )
    session.add(case)
    await session.flush()
    session.add_all(CaseChild(case_id=case.id, **child.model_dump()) for child in referral.children)
    await outbox.record(
        session,
        CaseOpened(
            case_id=case.id,
            referral_id=case.referral_id,
            family_id=case.family_id,
            child_ids=[child.child_id for child in referral.children],
            pathway=PATHWAY_AFTER[accepted.outcome],
            area=case.area,
            opened_on=case.opened_on,
        ),
    )


async def note_merge(session: AsyncSession, child_id: UUID, surviving_child_id: UUID | None, sequence: int) -> None:
    """Keep what the referrals service last said of a child's record, and count the children of its cases anew.

    An older fact that comes late changes nothing.
    """
    said = {"surviving_child_id": surviving_child_id, "sequence": sequence}
    await session.execute(
        insert_into(session, MergedChild)
        .values(child_id=child_id, **said)
        .on_conflict_do_update(index_elements=["child_id"], set_=said, where=MergedChild.sequence < sequence)
    )
    await _count_children_again(session, await former_ids(session, [child_id]))


async def _count_children_again(session: AsyncSession, child_ids: Collection[UUID]) -> None:
    """Two records of one child in one case are one child of the caseload."""
    of_these = select(CaseChild.case_id).where(CaseChild.child_id.in_(child_ids))
    rows = select(Case).where(Case.id.in_(of_these)).order_by(Case.id).with_for_update()
    for case in await session.scalars(rows):
        children = await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id == case.id))
        case.child_count = await _count(session, children.all())
        case.version += 1


async def _count(session: AsyncSession, child_ids: Collection[UUID]) -> int:
    return len(set((await surviving_ids(session, child_ids)).values()))
