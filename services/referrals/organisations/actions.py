"""Confirming which organisation a referral came from that was made by telephone."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.organisations.schemas import ConfirmedOrganisation
from services.referrals.referrals.actions import StepRefused, record_step, require_step, set_organisation
from services.referrals.referrals.models import Referral
from services.referrals.referrals.queries import find_referral
from shared import clock
from shared.auth import Actor


class OrganisationKnown(StepRefused):
    code = "organisation-known"
    title = "This referral came from an organisation's own people, who follow it"


async def confirm_organisation(
    session: AsyncSession, actor: Actor, referral_id: UUID, sent: ConfirmedOrganisation
) -> Referral:
    """Let the people of an organisation follow a referral; one that was confirmed wrongly is confirmed anew."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("confirm_organisation", referral)
    if referral.organisation and referral.organisation_confirmed_by is None:
        raise OrganisationKnown(referral)
    before = referral.organisation
    set_organisation(referral, sent.organisation, actor.subject)
    content = {"old": {"organisation": before}, "new": {"organisation": sent.organisation}}
    record_step(session, actor, referral, "confirm_organisation", clock.now(), sent.reason, content=content)
    return referral
