"""Reads of one family with its people and its referrals."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.families.schemas import ChildAtHome, ReferralOfFamily, WholeFamily
from services.referrals.people import queries as people
from services.referrals.people.models import Adult, Child, Family
from services.referrals.people.schemas import AdultOfFamily
from services.referrals.referrals.models import Referral, ReferralChild
from services.referrals.referrals.queries import visible_to
from shared.auth import Actor

REFERRALS_AT_MOST = 50


async def whole_family(session: AsyncSession, actor: Actor, family: Family) -> tuple[WholeFamily, int]:
    """A family that the actor may see, and a number that grows with everything that is shown of it."""
    here = (await session.scalars(select(Child.id).where(Child.family_id == family.id))).all()
    records = await people.all_records(session, here)
    speaks = await people.surviving_ids(session, here)
    visible = people.not_restricted_for(actor, Child.family_id)
    of_children = select(Child).where(Child.id.in_(set(speaks.values())), visible).order_by(Child.id)
    children = (await session.scalars(of_children)).all()
    adults = (await session.scalars(select(Adult).where(Adult.family_id == family.id).order_by(Adult.id))).all()
    referrals = await _referrals(session, actor, family.id, {each for ids in records.values() for each in ids})
    joined = (await people.families_joined_to(session, [family.id]))[family.id] - {family.id}
    seen = select(Family.id).where(Family.id.in_(joined), people.not_restricted_for(actor, Family.id))
    former = {speaks[child_id]: sorted(ids - {speaks[child_id]}) for child_id, ids in records.items()}
    shown = WholeFamily(
        family_id=family.id,
        joined_family_ids=sorted((await session.scalars(seen)).all()),
        address=family.address,
        children=[_child(child, former[child.id]) for child in children],
        adults=[AdultOfFamily.model_validate(adult) for adult in adults],
        referrals=[ReferralOfFamily.model_validate(each) for each in referrals[:REFERRALS_AT_MOST]],
        more_referrals=len(referrals) > REFERRALS_AT_MOST,
    )
    versions = [*(child.version for child in children), *(referral.version for referral in referrals)]
    return shown, 1 + len(adults) + sum(versions)


def _child(child: Child, former_ids: list[UUID]) -> ChildAtHome:
    columns = {name: getattr(child, name) for name in ChildAtHome.model_fields if hasattr(child, name)}
    return ChildAtHome(**columns, child_id=child.id, former_child_ids=former_ids)


async def _referrals(
    session: AsyncSession, actor: Actor, family_id: UUID, child_ids: Collection[UUID]
) -> Sequence[Referral]:
    """One more than is shown; their ids as a union, which PostgreSQL reads from two indexes."""
    ids = union(
        select(Referral.id).where(Referral.family_id == family_id),
        select(ReferralChild.referral_id).where(ReferralChild.child_id.in_(child_ids)),
    )
    rows = select(Referral).where(Referral.id.in_(ids), visible_to(actor))
    newest = rows.order_by(Referral.received_at.desc(), Referral.id).limit(REFERRALS_AT_MOST + 1)
    return (await session.scalars(newest)).all()
