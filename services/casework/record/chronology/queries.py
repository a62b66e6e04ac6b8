"""Reads of chronologies: what the actor may see of a child's or a family's story."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case, CaseChild, CaseReferral
from services.casework.cases.cases.queries import family_ids_of, is_of, visible_to
from services.casework.cases.cases.schemas import ChildNamed
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.record.chronology.models import ChronologyChild, ChronologyEntry
from services.casework.record.chronology.rules import day_begins
from services.casework.record.chronology.schemas import ChronologyQuery
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids

NEWEST_FIRST = [ChronologyEntry.at, ChronologyEntry.recorded_at, ChronologyEntry.id]


def of_child(actor: Actor, known: Collection[UUID], query: ChronologyQuery) -> Select[ChronologyEntry]:
    """Every entry about a child, under whichever of these ids, and whichever family it was then counted to."""
    about = select(ChronologyChild.entry_id).where(ChronologyChild.child_id.in_(known))
    return _entries(actor, query).where(ChronologyEntry.id.in_(about))


async def of_family(
    session: AsyncSession, actor: Actor, case: Case, known: Collection[UUID], query: ChronologyQuery
) -> Select[ChronologyEntry]:
    """Every entry of a family under each id that the index has for it, and every one about these, its children.

    A family that comes again has another id in the index until its children are matched: what is known of it from
    before is the story of its children. As a union, which PostgreSQL reads from the two indexes.
    """
    own = select(ChronologyEntry.id).where(ChronologyEntry.family_id.in_(await family_ids_of(session, case)))
    about = select(ChronologyChild.entry_id).where(ChronologyChild.child_id.in_(known))
    return _entries(actor, query).where(ChronologyEntry.id.in_(union(own, about)))


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


async def family_of(session: AsyncSession, child_ids: Collection[UUID]) -> UUID | None:
    """The family of the case of these children, the open one first; None where they have none."""
    known = await former_ids(session, (await surviving_ids(session, child_ids)).values())
    found: UUID | None = await session.scalar(
        select(Case.family_id)
        .join(CaseChild, CaseChild.case_id == Case.id)
        .where(CaseChild.child_id.in_(known))
        .order_by((Case.status == "open").desc(), Case.opened_at.desc(), Case.id)
        .limit(1)
    )
    return found


async def families_seen(session: AsyncSession, actor: Actor, entries: Iterable[ChronologyEntry]) -> set[UUID]:
    """The families of these entries of which the actor may see a case, and so all that is written about them.

    What was written in a case that is closed is for whoever works with its children now.
    """
    asked = {entry.family_id for entry in entries}
    own = await session.scalars(select(Case.family_id).where(Case.family_id.in_(asked), visible_to(actor)))
    joined = (
        select(CaseReferral.family_id)
        .join(Case, Case.id == CaseReferral.case_id)
        .where(CaseReferral.family_id.in_(asked), visible_to(actor))
    )
    seen = {*own.all(), *(await session.scalars(joined)).all()}
    return seen | await _families_before(session, asked - seen)


async def _families_before(session: AsyncSession, family_ids: set[UUID]) -> set[UUID]:
    """Those of them that have cases, none of which is open."""
    rows = await session.execute(
        select(Case.family_id, CaseReferral.family_id, Case.status)
        .join(CaseReferral, CaseReferral.case_id == Case.id, isouter=True)
        .where(is_of(family_ids))
    )
    stands: dict[UUID, bool] = {}
    for family_id, joined_id, status in rows:
        for each in {family_id, joined_id} & family_ids:
            stands[each] = stands.get(each, False) or status == "open"
    return {family_id for family_id, is_open in stands.items() if not is_open}


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


async def names_of_children(
    session: AsyncSession, actor: Actor, answers: Mapping[UUID, UUID]
) -> dict[UUID, ChildNamed]:
    """By name, where the children of these entries are of a case that is not restricted from the actor.

    `answers` has for each child the id that it answers to. Under that id a name is the newest; a name of a case that
    was opened later is newer.
    """
    rows = await session.scalars(
        select(CaseChild)
        .join(Case, Case.id == CaseChild.case_id)
        .where(CaseChild.child_id.in_({*answers, *answers.values()}), not_restricted_for(actor, Case.family_id))
        .order_by(Case.opened_at, Case.id)
    )
    named: dict[UUID, ChildNamed] = {}
    for child in sorted(rows, key=lambda each: answers.get(each.child_id, each.child_id) == each.child_id):
        child_id = answers.get(child.child_id, child.child_id)
        named[child_id] = ChildNamed(child_id=child_id, given_name=child.given_name, family_name=child.family_name)
    return named


async def last_entry_at(session: AsyncSession, case_id: UUID, kind: str) -> datetime | None:
    """Where the last entry of a kind stands in the story of a case's family."""
    own = select(Case.family_id).where(Case.id == case_id).scalar_subquery()
    entries = select(ChronologyEntry.at).where(ChronologyEntry.family_id == own, ChronologyEntry.case_id == case_id)
    found: datetime | None = await session.scalar(
        entries.where(ChronologyEntry.kind == kind).order_by(ChronologyEntry.at.desc()).limit(1)
    )
    return found
