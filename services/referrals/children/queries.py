"""Reads of one child through its merges, its family and its referrals."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.children.models import ChildCorrection
from services.referrals.children.schemas import ChildRecord, WholeChild
from services.referrals.merges.models import Merge
from services.referrals.merges.schemas import MergeShown
from services.referrals.people import queries as people
from services.referrals.people.models import Child, Family
from services.referrals.referrals.models import Referral, ReferralChild
from services.referrals.referrals.queries import visible_to
from services.referrals.referrals.rules import UNDECIDED
from shared.auth import Actor


async def find_surviving(session: AsyncSession, actor: Actor, child_id: UUID) -> Child:
    """The record that speaks for a child, whichever of its ids is asked for; raises NotFound."""
    await people.find_child(session, actor, child_id)
    surviving = await people.surviving_ids(session, [child_id])
    return await people.find_child(session, actor, surviving[child_id])


async def lock_child(session: AsyncSession, child_id: UUID) -> Child:
    """The record as it is now, held until the end of the transaction."""
    row = select(Child).where(Child.id == child_id).with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(row)).one()


def corrections_of(child_id: UUID) -> Select[ChildCorrection]:
    return select(ChildCorrection).where(ChildCorrection.child_id == child_id)


async def is_of_another_child(session: AsyncSession, child_id: UUID, name: str, number: str) -> bool:
    """Whether another child of an undecided referral of this one has the number; its own former records may."""
    own = [record.id for record in await people.records_of(session, child_id)]
    undecided = (
        select(ReferralChild.referral_id)
        .join(Referral, Referral.id == ReferralChild.referral_id)
        .where(ReferralChild.child_id.in_(own), Referral.status.in_(UNDECIDED))
    )
    others = (
        select(Child.id)
        .join(ReferralChild, ReferralChild.child_id == Child.id)
        .where(ReferralChild.referral_id.in_(undecided), Child.id.not_in(own), getattr(Child, name) == number)
    )
    return await session.scalar(others.limit(1)) is not None


async def whole_child(session: AsyncSession, actor: Actor, child: Child) -> WholeChild:
    records = await people.records_of(session, child.id)
    ids = [record.id for record in records]
    addresses = await _addresses(session, {record.family_id for record in records})
    members = await people.family_members(session, {child.family_id})
    siblings, adults = members[child.family_id]
    shown = [_shown(record, addresses[record.family_id]) for record in records]
    return WholeChild(
        **shown[0].model_dump(),
        former_child_ids=ids[1:],
        former_records=shown[1:],
        siblings=[each for each in siblings if each.child_id != child.id],
        adults=adults,
        referral_ids=list(await _referral_ids(session, actor, ids)),
        merges=await _merges(session, ids),
    )


def _shown(record: Child, family_address: dict[str, Any] | None) -> ChildRecord:
    columns = {name: getattr(record, name) for name in ChildRecord.model_fields if name not in ("child_id", "address")}
    return ChildRecord(**columns, child_id=record.id, address=record.address or family_address)


async def _addresses(session: AsyncSession, family_ids: set[UUID]) -> dict[UUID, dict[str, Any] | None]:
    families = await session.scalars(select(Family).where(Family.id.in_(family_ids)))
    return {family.id: family.address for family in families}


async def _referral_ids(session: AsyncSession, actor: Actor, child_ids: Sequence[UUID]) -> Sequence[UUID]:
    rows = (
        select(Referral.id)
        .join(ReferralChild, ReferralChild.referral_id == Referral.id)
        .where(ReferralChild.child_id.in_(child_ids), visible_to(actor))
        .order_by(Referral.received_at.desc(), Referral.id)
    )
    return list(dict.fromkeys((await session.scalars(rows)).all()))


async def _merges(session: AsyncSession, child_ids: Sequence[UUID]) -> list[MergeShown]:
    part = or_(Merge.surviving_child_id.in_(child_ids), Merge.merged_child_id.in_(child_ids))
    merges = await session.scalars(select(Merge).where(part).order_by(Merge.merged_at, Merge.id))
    return [MergeShown.model_validate(merge) for merge in merges]
