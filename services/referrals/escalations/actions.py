"""Making a referral of an escalation of early help."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.escalations.models import EscalatedReferral
from services.referrals.escalations.schemas import EscalationResponse
from services.referrals.people.models import Child, Family
from services.referrals.people.queries import surviving_ids
from services.referrals.referrals.actions import new_referral, record_referral
from services.referrals.referrals.rules import number_twice
from services.referrals.referrals.schemas import ReferralContent
from shared import clock
from shared.auth import Actor, Role
from shared.names import has_letter

EARLY_HELP = "5D"
"""Source of referral in the census: the authority's own early help, whoever leads the Team Around the Family."""


class FamilyNotInIndex(Exception):
    """Nothing is known of the family yet, perhaps because its import is on its way: tried again, never dropped."""


async def refer_escalation(session: AsyncSession, escalation: EscalationResponse, opened_by_referral_id: UUID) -> None:
    """Make one referral of an escalation, of the family and the children that the index has; its clocks run from the
    escalation."""
    known = select(EscalatedReferral.referral_id).where(EscalatedReferral.escalation_id == escalation.id)
    if await session.scalar(known):
        return
    family = await session.get(Family, escalation.family_id)
    child_ids = await _indexed(session, escalation.child_ids)
    if family is None or not child_ids:
        raise FamilyNotInIndex
    by = escalation.escalated_by
    actor = Actor(by.subject, frozenset({Role.SERVICE}), organisation=by.partner_organisation)
    content = _content_of(escalation, family)
    area = escalation.area and escalation.area.value
    referral = new_referral(content, actor, family.id, escalation.escalated_at, clock.now(), area=area)
    await record_referral(session, actor, referral, child_ids, escalation.id)
    session.add(
        EscalatedReferral(
            escalation_id=escalation.id,
            referral_id=referral.id,
            case_id=escalation.case_id,
            opened_by_referral_id=opened_by_referral_id,
        )
    )


async def _indexed(session: AsyncSession, child_ids: Iterable[UUID]) -> list[UUID]:
    """Those of these children whom the index has, under the ids that speak for them.

    Of two records with one NHS number or UPN one is referred (census 1520): nobody waits for a refusal here, an
    escalation is never dropped, and who the child is stays for a person to answer.
    """
    speaking = (await surviving_ids(session, child_ids)).values()
    found = list(await session.scalars(select(Child).where(Child.id.in_(set(speaking))).order_by(Child.id)))
    while twice := number_twice(found):
        del found[twice[0]]
    return [child.id for child in found]


def _content_of(escalation: EscalationResponse, family: Family) -> ReferralContent:
    by, where = escalation.escalated_by, family.address or {}
    # A name of signs may stand in a Team Around the Family from before such names were refused.
    name = by.name if has_letter(by.name) else by.organisation
    return ReferralContent.model_validate(
        {
            "referrer": {"name": name, "role": by.role, "organisation": by.organisation, "source": EARLY_HELP},
            "address": {name: where[name] for name in ("lines", "postcode") if where.get(name)},
            "concerns": escalation.concerns,
            "narrative": escalation.narrative,
            "immediate_danger": escalation.immediate_danger,
            "consent": escalation.consent,
        }
    )
