"""Making a referral of what those around a family ask the front door."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.escalations.models import EscalatedReferral
from services.referrals.escalations.schemas import EscalationAsked
from services.referrals.people.models import Child, Family
from services.referrals.people.queries import surviving_ids
from services.referrals.referrals.actions import referral_from, take_in
from services.referrals.referrals.schemas import Said
from shared import clock
from shared.auth import Actor, Role

EARLY_HELP = "5D"
"""Source of referral in the census: the authority's own early help, whoever leads the Team Around the Family."""


class FamilyNotInIndex(Exception):
    """Nothing is known of the family yet, say because its import is on its way: asked again later, never dropped."""


async def refer_escalation(session: AsyncSession, asked: EscalationAsked) -> None:
    """Make one referral of an escalation, of the family and the children that the index has; its clocks run from the
    escalation."""
    known = select(EscalatedReferral.referral_id).where(EscalatedReferral.escalation_id == asked.id)
    if await session.scalar(known):
        return
    family = await session.get(Family, asked.family_id)
    child_ids = await _indexed(session, asked.child_ids)
    if family is None or not child_ids:
        raise FamilyNotInIndex
    by = asked.escalated_by
    actor = Actor(by.subject, frozenset({Role.SERVICE}), organisation=by.partner_organisation)
    referral = referral_from(_said(asked, family), actor, family.id, asked.escalated_at, clock.now())
    referral.area = referral.area or asked.area
    session.add(referral)
    await session.flush()
    session.add(EscalatedReferral(escalation_id=asked.id, referral_id=referral.id, case_id=asked.case_id))
    await take_in(session, actor, referral, child_ids, asked.id)


async def _indexed(session: AsyncSession, child_ids: Iterable[UUID]) -> list[UUID]:
    """Those of these children whom the index has, under the ids that speak for them."""
    speaking = (await surviving_ids(session, child_ids)).values()
    found = await session.scalars(select(Child.id).where(Child.id.in_(set(speaking))).order_by(Child.id))
    return list(found.all())


def _said(asked: EscalationAsked, family: Family) -> Said:
    by, where = asked.escalated_by, family.address or {}
    return Said.model_validate(
        {
            "referrer": {"name": by.name, "role": by.role, "organisation": by.organisation, "source": EARLY_HELP},
            "address": {name: where[name] for name in ("lines", "postcode") if where.get(name)},
            "concerns": asked.concerns,
            "narrative": asked.narrative,
            "immediate_danger": asked.immediate_danger,
            "consent": asked.consent,
        }
    )
