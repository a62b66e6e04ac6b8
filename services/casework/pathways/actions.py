"""A family's way through the service: opening its case, joining a referral to it, stepping up and down, closing."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import ITSELF
from services.casework.cases.actions import move_case, settle, step
from services.casework.cases.models import Case, CaseChild, CaseReferral
from services.casework.cases.rules import PATHWAY_AFTER
from services.casework.cases.schemas import ReferralAsked
from services.casework.chronology.actions import note_about_case
from shared import outbox
from shared.clock import london_day
from shared.contracts.casework import CaseOpened
from shared.contracts.referrals import ReferralAccepted


async def open_case(session: AsyncSession, accepted: ReferralAccepted, referral: ReferralAsked) -> None:
    """Open the case of an accepted referral, unallocated, on the day of the decision; one referral has one case.

    Every referral has a family of its own in the index until its children are matched, so that the open case which it
    joins is that of any of `{accepted.family_id, *accepted.joined_family_ids}`: `cases.queries.open_case_of`.
    """
    if await session.scalar(select(CaseReferral.case_id).where(CaseReferral.referral_id == accepted.referral_id)):
        return
    opened_on = london_day(accepted.decided_at)
    case = Case(
        referral_id=accepted.referral_id,
        family_id=accepted.family_id,
        area=None,
        pathway=PATHWAY_AFTER[accepted.outcome],
        status="open",
        child_count=0,
        opened_on=opened_on,
        opened_at=accepted.decided_at,
    )
    session.add(case)
    await session.flush()
    session.add(
        CaseReferral(
            referral_id=accepted.referral_id,
            case_id=case.id,
            family_id=accepted.family_id,
            outcome=accepted.outcome,
            decided_at=accepted.decided_at,
        )
    )
    session.add_all(
        CaseChild(case_id=case.id, joined_on=opened_on, **child.model_dump()) for child in referral.children
    )
    await step(session, ITSELF, case, PATHWAY_AFTER[accepted.outcome], opened_on)
    await move_case(session, ITSELF, case, referral.area, opened_on)
    await settle(session, [case])
    await note_about_case(session, case, "case_opened", accepted.decided_at, about_id=case.id)
    await outbox.record(
        session,
        CaseOpened(
            case_id=case.id,
            referral_id=case.referral_id,
            family_id=case.family_id,
            child_ids=[child.child_id for child in referral.children],
            pathway=PATHWAY_AFTER[accepted.outcome],
            area=referral.area,
            opened_on=case.opened_on,
        ),
    )
