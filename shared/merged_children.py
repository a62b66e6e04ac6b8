"""Under which ids a child is known, as the referrals service announces merges of records and their reversals.

Only the services that keep children by their id have this table: their `tables.py` takes it into their own metadata,
so that their migrations make it and `alembic check` compares it, and no other service's do.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import MetaData, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.database import NAMING, TYPES, insert_into


class _Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class MergedChild(_Table):
    """What became of a child's record, by the latest event: merged into another, or standing for itself again."""

    __tablename__ = "merged_children"

    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    surviving_child_id: Mapped[UUID | None] = mapped_column(index=True)
    """None: the merge was reversed."""
    sequence: Mapped[int]
    """The number of that event: one with a lower number is an older fact."""


def add_to(metadata: MetaData) -> None:
    """Let a service's metadata have the table."""
    MergedChild.metadata.tables[MergedChild.__tablename__].to_metadata(metadata)


async def record_merge(session: AsyncSession, child_id: UUID, surviving_child_id: UUID | None, sequence: int) -> None:
    """Keep what became of a child's record; an older fact that comes late changes nothing."""
    latest = {"surviving_child_id": surviving_child_id, "sequence": sequence}
    await session.execute(
        insert_into(session, MergedChild)
        .values(child_id=child_id, **latest)
        .on_conflict_do_update(index_elements=["child_id"], set_=latest, where=MergedChild.sequence < sequence)
    )


async def surviving_ids(session: AsyncSession, child_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each id of a child the one that it answers to: itself, or the last that its record was merged into.

    Events of merges may come in any order, so that a circle is possible for a moment; it is not followed.
    """
    into: dict[UUID, UUID] = {}
    fresh = wanted = set(child_ids)
    while fresh:
        rows = select(MergedChild.child_id, MergedChild.surviving_child_id).where(MergedChild.child_id.in_(fresh))
        found = {child_id: survivor for child_id, survivor in await session.execute(rows) if survivor}
        into |= found
        fresh = set(found.values()) - into.keys()
    return {child_id: _last(child_id, into) for child_id in wanted}


def _last(child_id: UUID, into: Mapping[UUID, UUID]) -> UUID:
    passed = {child_id}
    while (following := into.get(child_id, child_id)) not in passed:
        passed.add(child_id := following)
    return child_id


async def former_ids(session: AsyncSession, child_ids: Iterable[UUID]) -> set[UUID]:
    """These ids and all those of records that were merged into theirs."""
    found: set[UUID] = set()
    fresh = set(child_ids)
    while fresh:
        found |= fresh
        rows = select(MergedChild.child_id).where(MergedChild.surviving_child_id.in_(fresh))
        fresh = set((await session.scalars(rows)).all()) - found
    return found
