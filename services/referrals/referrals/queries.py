"""Reads of referrals, each filtered by what the actor may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.referrals.access import MASH
from services.referrals.people.models import Child
from services.referrals.people.queries import not_restricted_for, surviving_ids
from services.referrals.referrals.models import Referral, ReferralChange, ReferralChild
from services.referrals.referrals.rules import reference_meant
from services.referrals.referrals.schemas import ChildQueued, QueueQuery
from shared import clock
from shared.auth import Actor, Role
from shared.organisations import organisation_key
from shared.problems import InvalidBody, NotFound

WAITING = ("submitted", "rated", "awaiting_sign_off")
_REQUEST = Referral.withdrawal_request
WITHDRAWAL_WAITS = and_(
    func.coalesce(_REQUEST["requested_at"].as_string(), "") != "", _REQUEST["accepted"].as_boolean().is_(None)
)
"""`Referral.withdrawal_requested_at` in SQL, of those that wait for a decision."""


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
    if query.reference is not None:
        rows = rows.where(Referral.reference == _reference(query.reference))
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
    if query.withdrawal_requested is not None:
        rows = rows.where(WITHDRAWAL_WAITS if query.withdrawal_requested else ~WITHDRAWAL_WAITS)
    sorted_out = (query.overdue, query.mine, query.withdrawal_requested) != (None, None, None)
    only_waiting = sorted_out or (query.status is None and query.reference is None)
    return rows.where(Referral.status.in_(WAITING)) if only_waiting else rows


def _reference(sent: str) -> str:
    reference = reference_meant(sent)
    if reference is None:
        rule = "A reference is read out as RW and eight letters and digits, such as RW-7K2M-9XQB"
        raise InvalidBody("/reference", "not-a-reference", rule)
    return reference


def _refuse_what_only_the_mash_knows(query: QueueQuery) -> None:
    for name in ("rating", "overdue", "mine", "withdrawal_requested"):
        if getattr(query, name) is not None:
            raise InvalidBody(f"/{name}", "mash-only", "Only the MASH sorts referrals by this")


async def children_referred(session: AsyncSession, referral_ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """Each child of these referrals, beside the referral."""
    rows = select(ReferralChild.referral_id, ReferralChild.child_id)
    found = await session.execute(rows.where(ReferralChild.referral_id.in_(set(referral_ids))))
    return [(referral_id, child_id) for referral_id, child_id in found]


async def children_named(session: AsyncSession, referred: Sequence[tuple[UUID, UUID]]) -> dict[UUID, list[ChildQueued]]:
    """The children of each referral by name, as the record has it that speaks for the child now."""
    speaks = await surviving_ids(session, [child_id for _, child_id in referred])
    rows = await session.scalars(select(Child).where(Child.id.in_(set(speaks.values()))))
    names = {
        child.id: ChildQueued(child_id=child.id, given_name=child.given_name, family_name=child.family_name)
        for child in rows
    }
    named = defaultdict[UUID, dict[UUID, ChildQueued]](dict)
    for referral_id, child_id in referred:
        named[referral_id][speaks[child_id]] = names[speaks[child_id]]
    return {referral_id: list(children.values()) for referral_id, children in named.items()}


def changes_of(referral_id: UUID) -> Select[ReferralChange]:
    return select(ReferralChange).where(ReferralChange.referral_id == referral_id)


def overdue_unannounced(now: datetime) -> Select[Referral]:
    """Those that still wait after their decision was due, and of which that was not announced; no other takes them."""
    late = Referral.status.in_(WAITING) & (Referral.next_due_at < now) & (Referral.decision_due_at < now)
    unannounced = select(Referral).where(late, Referral.overdue_announced_at.is_(None))
    unannounced = unannounced.options(selectinload(Referral.children))
    return unannounced.order_by(Referral.decision_due_at, Referral.id).with_for_update(skip_locked=True)
