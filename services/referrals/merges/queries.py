"""Reads of merges."""

from collections.abc import Collection
from dataclasses import fields
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.merges.models import Merge
from services.referrals.merges.rules import Known
from services.referrals.people import queries as people
from services.referrals.people.models import Child
from services.referrals.people.queries import not_restricted_for
from services.referrals.referrals.models import ReferralChild
from shared.auth import Actor
from shared.problems import NotFound


async def find_merge(session: AsyncSession, actor: Actor, merge_id: UUID, *, lock: bool = False) -> Merge:
    """Raises NotFound also where the actor may not see the children."""
    found = select(Merge).where(Merge.id == merge_id)
    merge = await session.scalar(found.with_for_update() if lock else found)
    if merge is None:
        raise NotFound("merge", merge_id)
    for child_id in (merge.surviving_child_id, merge.merged_child_id):
        await people.find_child(session, actor, child_id)
    return merge


async def standing_after(session: AsyncSession, merge: Merge) -> Merge | None:
    """The last of the merges since that stand and that the surviving record has a part in, itself or by another."""
    last = None
    child_id, at = merge.surviving_child_id, merge.merged_at
    while True:
        part = or_(Merge.surviving_child_id == child_id, Merge.merged_child_id == child_id)
        later = select(Merge).where(part, Merge.merged_at > at, Merge.reversed_at.is_(None))
        found = await session.scalar(later.order_by(Merge.merged_at.desc()).limit(1))
        if found is None:
            return last
        last, child_id, at = found, found.surviving_child_id, found.merged_at


def known_of(child: Child) -> Known:
    return Known(**{each.name: getattr(child, each.name) for each in fields(Known)})


async def referrals_of(session: AsyncSession, record_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """In which referrals each of these records is named, whoever may see them."""
    named: dict[UUID, set[UUID]] = {record_id: set() for record_id in record_ids}
    for row in await session.scalars(select(ReferralChild).where(ReferralChild.child_id.in_(record_ids))):
        named[row.child_id].add(row.referral_id)
    return {record_id: frozenset(referral_ids) for record_id, referral_ids in named.items()}


async def others_with(
    session: AsyncSession, actor: Actor, own: Collection[UUID], field: str, number: str | None, *, anywhere: bool
) -> list[Child]:
    """The other children with a number, `anywhere` or only in the referrals that name one of these records.

    A former record does not count, since another speaks for it; what the actor may not see is left out.
    """
    if number is None:
        return []
    rows = select(Child).where(
        getattr(Child, field) == number,
        Child.merged_into_id.is_(None),
        Child.id.not_in(own),
        not_restricted_for(actor, Child.family_id),
    )
    if not anywhere:
        rows = rows.where(Child.id.in_(await _named_with(session, own)))
    return list(await session.scalars(rows.order_by(Child.id)))


async def _named_with(session: AsyncSession, own: Collection[UUID]) -> set[UUID]:
    """The records that speak for those who are named in a referral of one of these."""
    referrals = select(ReferralChild.referral_id).where(ReferralChild.child_id.in_(own))
    named = (
        await session.scalars(select(ReferralChild.child_id).where(ReferralChild.referral_id.in_(referrals)))
    ).all()
    speaks = await people.surviving_ids(session, named)
    return set(speaks.values())
