"""Opening a case for a family."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import Case, CaseChild
from services.casework.cases.rules import PATHWAY_AFTER
from services.casework.cases.schemas import ReferralAsked
from shared import outbox
from shared.clock import london_day
from shared.contracts.casework import CaseOpened
from shared.contracts.referrals import ReferralAccepted


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
        child_count=len(referral.children),
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
