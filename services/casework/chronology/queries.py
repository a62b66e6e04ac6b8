"""Reads of chronologies: what the actor may see of a child's or a family's story."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import Case, CaseReferral
from services.casework.cases.queries import family_ids_of, find_family_case, not_restricted_for, visible_to
from services.casework.chronology.models import ChronologyChild, ChronologyEntry
from services.casework.chronology.rules import day_begins
from services.casework.chronology.schemas import ChronologyQuery
from shared.auth import Actor

NEWEST_FIRST = [ChronologyEntry.at, ChronologyEntry.recorded_at, ChronologyEntry.id]


def of_child(actor: Actor, known: Collection[UUID], query: ChronologyQuery) -> Select[ChronologyEntry]:
    """Every entry about a child, under whichever of these ids, and whichever family it was then counted to."""
    about = select(ChronologyChild.entry_id).where(ChronologyChild.child_id.in_(known))
    return _entries(actor, query).where(ChronologyEntry.id.in_(about))


async def of_family(
    session: AsyncSession, actor: Actor, family_id: UUID, query: ChronologyQuery
) -> Select[ChronologyEntry]:
    """Every entry of a family under each id that the index has for it; raises NotFound where the actor sees no case."""
    case = await find_family_case(session, actor, family_id)
    return _entries(actor, query).where(ChronologyEntry.family_id.in_(await family_ids_of(session, case)))


def _entries(actor: Actor, query: ChronologyQuery) -> Select[ChronologyEntry]:
    rows = select(ChronologyEntry).where(not_restricted_for(actor, ChronologyEntry.family_id))
    if query.kind:
        rows = rows.where(ChronologyEntry.kind == query.kind)
    if query.source:
        rows = rows.where(ChronologyEntry.source == query.source)
    if query.first:
        rows = rows.where(ChronologyEntry.at >= day_begins(query.first))
    if query.last:
        rows = rows.where(ChronologyEntry.at < day_begins(query.last + timedelta(days=1)))
    return rows


async def families_seen(session: AsyncSession, actor: Actor, entries: Iterable[ChronologyEntry]) -> set[UUID]:
    """The families of these entries of which the actor may see a case, and so all that is written about them."""
    asked = {entry.family_id for entry in entries}
    own = await session.scalars(select(Case.family_id).where(Case.family_id.in_(asked), visible_to(actor)))
    joined = (
        select(CaseReferral.family_id)
        .join(Case, Case.id == CaseReferral.case_id)
        .where(CaseReferral.family_id.in_(asked), visible_to(actor))
    )
    return {*own.all(), *(await session.scalars(joined)).all()}


async def children_of(session: AsyncSession, entries: Sequence[ChronologyEntry]) -> Mapping[UUID, list[UUID]]:
    """The children that each of these entries is about, by the ids that were used then."""
    rows = await session.execute(
        select(ChronologyChild.entry_id, ChronologyChild.child_id).where(
            ChronologyChild.entry_id.in_([entry.id for entry in entries])
        )
    )
    found: dict[UUID, list[UUID]] = {entry.id: [] for entry in entries}
    for entry_id, child_id in rows:
        found[entry_id].append(child_id)
    return found
