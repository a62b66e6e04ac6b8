"""Reads of decisions, of referrals that the caller may see."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.referrals.decisions.models import Decision, Signature
from services.referrals.decisions.schemas import NamedLinkWorker
from services.referrals.link_workers.queries import link_worker_of
from services.referrals.open_cases.queries import still_visible
from services.referrals.open_cases.schemas import OpenCaseShown
from services.referrals.referrals.models import Referral
from shared.auth import Actor


def decisions_of(referral_id: UUID) -> Select[Decision]:
    return select(Decision).where(Decision.referral_id == referral_id).options(selectinload(Decision.signature))


async def unsigned_decision(session: AsyncSession, referral_id: UUID) -> Decision:
    """The one that a referral which awaits a signature waits with."""
    unsigned = (
        select(Decision)
        .outerjoin(Signature, Signature.decision_id == Decision.id)
        .where(Decision.referral_id == referral_id, Decision.signature_because.is_not(None))
        .where(Signature.decision_id.is_(None))
    )
    return (await session.scalars(unsigned)).one()


async def visible_cases_of(session: AsyncSession, actor: Actor, decisions: Iterable[Decision]) -> set[UUID]:
    """The cases kept with these decisions that the actor may see now, with every child who was shown in them."""
    kept = [OpenCaseShown.model_validate(each) for decision in decisions for each in decision.open_cases]
    return await still_visible(session, actor, kept)


async def link_worker_for(session: AsyncSession, referral: Referral) -> NamedLinkWorker | None:
    """The link worker of the referrer's organisation: as their token names it, else as the referral does."""
    for organisation in (referral.organisation, referral.referrer.get("organisation")):
        if organisation and (link_worker := await link_worker_of(session, organisation)):
            return NamedLinkWorker.model_validate(link_worker)
    return None
