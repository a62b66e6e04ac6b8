"""Reads of merges."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.merges.models import Merge
from services.referrals.people import queries as people
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
