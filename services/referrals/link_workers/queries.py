"""Reads of link workers; nothing in them is about a family, so all who may ask see all."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.referrals.link_workers.models import LinkedOrganisation, LinkWorker
from shared.organisations import organisation_key
from shared.places import Area
from shared.problems import NotFound


def list_link_workers(organisation: str | None, area: Area | None) -> Select[LinkWorker]:
    rows = select(LinkWorker).options(selectinload(LinkWorker.linked))
    if organisation is not None:
        rows = rows.where(LinkWorker.linked.any(LinkedOrganisation.organisation_key == organisation_key(organisation)))
    return rows.where(LinkWorker.area == area.value) if area else rows


async def link_worker_of(session: AsyncSession, organisation: str) -> LinkWorker | None:
    """The one link worker of an organisation, however its name is written; none where it has none yet."""
    return (await session.scalars(list_link_workers(organisation, None))).one_or_none()


async def find_link_worker(session: AsyncSession, link_worker_id: UUID, *, lock: bool = False) -> LinkWorker:
    found = select(LinkWorker).where(LinkWorker.id == link_worker_id).options(selectinload(LinkWorker.linked))
    link_worker = await session.scalar(found.with_for_update() if lock else found)
    if link_worker is None:
        raise NotFound
    return link_worker


async def linked_elsewhere(session: AsyncSession, keys: list[str], link_worker_id: UUID) -> set[str]:
    """Those of these organisations that have another link worker."""
    taken = select(LinkedOrganisation.organisation_key).where(
        LinkedOrganisation.organisation_key.in_(keys), LinkedOrganisation.link_worker_id != link_worker_id
    )
    return set((await session.scalars(taken)).all())
