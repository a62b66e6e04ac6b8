"""Who alone may see a family, as other services restrict it: each names them when it is asked, after its event.

Only the services that follow others have these tables: their `tables.py` takes them into their own metadata.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, MetaData, String, delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, aliased, mapped_column

from shared.auth import Actor
from shared.database import NAMING, TYPES, insert_into


class _Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = TYPES


class FollowedRestriction(_Table):
    """Somebody who may see a family that another service restricts; who is not named by each that does, may not."""

    __tablename__ = "followed_restrictions"

    family_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    """The service that restricted it."""
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)


class FollowedSequence(_Table):
    """The number of a service's last event about who may see a family: one with a lower number is an older fact."""

    __tablename__ = "followed_sequences"

    family_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    sequence: Mapped[int]


def add_to(metadata: MetaData) -> None:
    """Let a service's metadata have the tables."""
    for table in (FollowedRestriction, FollowedSequence):
        table.metadata.tables[table.__tablename__].to_metadata(metadata)


async def record_restriction(
    session: AsyncSession, source: str, family_id: UUID, subjects: Iterable[str], sequence: int
) -> None:
    """Keep whom a service names; a response to an older event than the last one changes nothing."""
    newer = (
        insert_into(session, FollowedSequence)
        .values(family_id=family_id, source=source, sequence=sequence)
        .on_conflict_do_update(
            index_elements=["family_id", "source"],
            set_={"sequence": sequence},
            where=FollowedSequence.sequence < sequence,
        )
    )
    if await session.scalar(newer.returning(FollowedSequence.family_id)) is None:
        return
    of_source = (FollowedRestriction.family_id == family_id, FollowedRestriction.source == source)
    await session.execute(delete(FollowedRestriction).where(*of_source))
    session.add_all(FollowedRestriction(family_id=family_id, source=source, subject=each) for each in set(subjects))


def named_by_all(actor: Actor, named: Mapping[str, Collection[str]]) -> bool:
    """Whether every service that restricts a family names the actor; `named_elsewhere` is the same in SQL."""
    return all(not subjects or actor.subject in subjects for subjects in named.values())


def named_elsewhere(
    actor: Actor, family_id: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
) -> ColumnElement[bool]:
    """Whether every other service that restricts the family names the actor; also where none does."""
    restricts, names = aliased(FollowedRestriction), aliased(FollowedRestriction)
    named = select(names.subject).where(
        names.family_id == restricts.family_id, names.source == restricts.source, names.subject == actor.subject
    )
    unnamed = select(restricts.subject).where(restricts.family_id == family_id, ~exists(named.correlate_except(names)))
    return ~exists(unnamed.correlate_except(restricts))


async def subjects_by_source(
    session: AsyncSession, family_ids: Collection[UUID]
) -> dict[UUID, dict[str, frozenset[str]]]:
    """For each of these families whom each other service names that restricts it."""
    rows = select(FollowedRestriction).where(FollowedRestriction.family_id.in_(family_ids))
    found: dict[UUID, dict[str, frozenset[str]]] = {family_id: {} for family_id in family_ids}
    for row in await session.scalars(rows):
        sources = found[row.family_id]
        sources[row.source] = sources.get(row.source, frozenset()) | {row.subject}
    return found
