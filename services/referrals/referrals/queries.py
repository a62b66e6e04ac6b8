"""Reads of referrals, each filtered by what the actor may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.referrals.referrals.models import Referral
from shared import clock
from shared.auth import Actor, Role
from shared.problems import NotFound

WAITING = ("submitted", "rated", "awaiting_sign_off")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`rules.may_see` in SQL."""
    if actor.has(Role.SERVICE):
        return true()
    if actor.has(Role.MASH_PRACTITIONER, Role.MASH_MANAGER):
        if actor.area is None:
            return true()
        return or_(Referral.area.is_(None), Referral.area == actor.area)
    if not actor.has(Role.REFERRER, Role.PARTNER):
        return false()
    if actor.organisation is None:
        return Referral.submitted_by == actor.subject
    return Referral.organisation == actor.organisation


async def find_referral(session: AsyncSession, actor: Actor, referral_id: UUID, *, lock: bool = False) -> Referral:
    """The referral with its people; raises NotFound where the actor may not see it."""
    found = (
        select(Referral)
        .where(Referral.id == referral_id, visible_to(actor))
        .options(selectinload(Referral.children), selectinload(Referral.adults))
    )
    referral = await session.scalar(found.with_for_update() if lock else found)
    if referral is None:
        raise NotFound("referral", referral_id)
    return referral


def queue_for(
    actor: Actor, *, status: str | None, rating: str | None, area: str | None, overdue: bool | None
) -> Select[Referral]:
    """The referrals that an actor may see; by default those that wait for a decision."""
    rows = select(Referral).where(visible_to(actor))
    if status:
        rows = rows.where(Referral.status == status)
    elif actor.has(Role.MASH_PRACTITIONER, Role.MASH_MANAGER):
        rows = rows.where(Referral.status.in_(WAITING))
    if rating:
        rows = rows.where(Referral.rating == rating)
    if area:
        rows = rows.where(Referral.area == area)
    if overdue is not None:
        late = Referral.next_due_at < clock.now()
        rows = rows.where(Referral.status.in_(WAITING), late if overdue else ~late)
    return rows
