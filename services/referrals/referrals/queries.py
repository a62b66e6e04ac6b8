"""Reads of referrals, each filtered by what the actor may see."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.referrals.access import MASH
from services.referrals.people.queries import not_restricted_for
from services.referrals.referrals.models import Referral, ReferralChange, ReferralChild
from services.referrals.referrals.schemas import QueueQuery
from shared import clock
from shared.auth import Actor, Role
from shared.organisations import organisation_key
from shared.problems import InvalidBody, NotFound

WAITING = ("submitted", "rated", "awaiting_sign_off")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_referral` of `referrals/rules.py` in SQL.

    `tests/services/referrals/test_visibility.py` holds the two together.
    """
    if actor.has(Role.SERVICE):
        return true()
    return and_(_visible_to_role(actor), not_restricted_for(actor, Referral.family_id))


def _visible_to_role(actor: Actor) -> ColumnElement[bool]:
    if actor.has(Role.MASH_PRACTITIONER, Role.MASH_MANAGER):
        if actor.area is None:
            return true()
        return or_(Referral.area.is_(None), Referral.area == actor.area)
    if not actor.has(Role.REFERRER, Role.PARTNER):
        return false()
    if actor.organisation is None:
        return Referral.submitted_by == actor.subject
    return Referral.organisation_key == organisation_key(actor.organisation)


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


def queue_for(actor: Actor, query: QueueQuery) -> Select[Referral]:
    """The referrals that an actor may see; for the MASH, by default, those that wait for a decision."""
    rows = select(Referral).where(visible_to(actor))
    if actor.has(*MASH):
        rows = _for_the_mash(rows, actor, query)
    else:
        _refuse_what_only_the_mash_knows(query)
    if query.status:
        rows = rows.where(Referral.status == query.status)
    return rows.where(Referral.area == query.area) if query.area else rows


def _for_the_mash(rows: Select[Referral], actor: Actor, query: QueueQuery) -> Select[Referral]:
    if query.rating:
        rows = rows.where(Referral.rating == query.rating)
    if query.overdue is not None:
        late = Referral.next_due_at < clock.now()
        rows = rows.where(late if query.overdue else ~late)
    if query.mine is not None:
        mine = Referral.rated_by == actor.subject
        rows = rows.where(mine if query.mine else Referral.rated_by.is_distinct_from(actor.subject))
    only_waiting = query.status is None or query.overdue is not None or query.mine is not None
    return rows.where(Referral.status.in_(WAITING)) if only_waiting else rows


def _refuse_what_only_the_mash_knows(query: QueueQuery) -> None:
    for name in ("rating", "overdue", "mine"):
        if getattr(query, name) is not None:
            raise InvalidBody(f"/{name}", "mash-only", "Only the MASH sorts referrals by this")


async def children_referred(session: AsyncSession, referral_ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """Each child of these referrals, beside the referral."""
    rows = select(ReferralChild.referral_id, ReferralChild.child_id)
    found = await session.execute(rows.where(ReferralChild.referral_id.in_(set(referral_ids))))
    return [(referral_id, child_id) for referral_id, child_id in found]


def changes_of(referral_id: UUID) -> Select[ReferralChange]:
    return select(ReferralChange).where(ReferralChange.referral_id == referral_id)


def overdue_unannounced(now: datetime) -> Select[Referral]:
    """Those that still wait after their decision was due, and of which that was not announced; no other takes them."""
    late = Referral.status.in_(WAITING) & (Referral.next_due_at < now) & (Referral.decision_due_at < now)
    unannounced = select(Referral).where(late, Referral.overdue_announced_at.is_(None))
    unannounced = unannounced.options(selectinload(Referral.children))
    return unannounced.order_by(Referral.decision_due_at, Referral.id).with_for_update(skip_locked=True)
