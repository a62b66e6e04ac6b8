"""Reads of cases, filtered by what the actor may see."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased, selectinload

from services.casework.cases.models import Case, CaseChild, CaseReferral, FamilyRestriction, MergedChild
from services.casework.cases.rules import WHOLE_TEAM
from services.casework.cases.schemas import CasesQuery
from services.casework.workers.models import Worker
from shared import clock
from shared.auth import Actor, Role
from shared.problems import NotFound


def not_restricted_for(actor: Actor, family_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether every service that restricts the family names the actor; also where none does."""
    restricts, names = aliased(FamilyRestriction), aliased(FamilyRestriction)
    named = select(names.subject).where(
        names.family_id == restricts.family_id, names.source == restricts.source, names.subject == actor.subject
    )
    unnamed = select(restricts.subject).where(restricts.family_id == family_id, ~exists(named.correlate_except(names)))
    return ~exists(unnamed.correlate_except(restricts))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`rules.may_see_case` in SQL."""
    return and_(_visible_to_role(actor), not_restricted_for(actor, Case.family_id))


def _visible_to_role(actor: Actor) -> ColumnElement[bool]:
    seen: list[ColumnElement[bool]] = []
    if actor.has(*WHOLE_TEAM):
        area = or_(Case.area.is_(None), Case.area == actor.area) if actor.area else true()
        team = or_(Case.team.is_(None), Case.team == actor.team) if actor.team else true()
        seen.append(and_(area, team))
    if actor.has(Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER):
        seen.append(Case.key_worker_id.in_(select(Worker.id).where(Worker.subject == actor.subject)))
    return or_(false(), *seen)


async def find_case(session: AsyncSession, actor: Actor, case_id: UUID, *, lock: bool = False) -> Case:
    """The case with its children; raises NotFound where the actor may not see it."""
    found = (
        select(Case)
        .where(Case.id == case_id, visible_to(actor))
        .options(selectinload(Case.children), selectinload(Case.key_worker))
    )
    if lock:
        found = found.with_for_update(of=Case).execution_options(populate_existing=True)
    case = await session.scalar(found)
    if case is None:
        raise NotFound("case", case_id)
    return case


async def find_family_case(session: AsyncSession, actor: Actor, family_id: UUID, *, lock: bool = False) -> Case:
    """The family's open case, else the one closed last; raises NotFound where the actor may not see it.

    The family is known by its own id, and by those of the families whose referrals joined its case.
    """
    joined = select(CaseReferral.case_id).where(CaseReferral.family_id == family_id)
    found = (
        select(Case.id)
        .where(or_(Case.family_id == family_id, Case.id.in_(joined)), visible_to(actor))
        .order_by((Case.status == "open").desc(), Case.opened_at.desc(), Case.id)
        .limit(1)
    )
    case_id = await session.scalar(found)
    if case_id is None:
        raise NotFound("family", family_id)
    return await find_case(session, actor, case_id, lock=lock)


def is_of(family_ids: Collection[UUID], child_ids: Collection[UUID] = ()) -> ColumnElement[bool]:
    """Whether a case is of any of these families, under its own id or a joined one, or has any of these children."""
    joined = select(CaseReferral.case_id).where(CaseReferral.family_id.in_(family_ids))
    with_child = select(CaseChild.case_id).where(CaseChild.child_id.in_(child_ids))
    return or_(Case.family_id.in_(family_ids), Case.id.in_(joined), Case.id.in_(with_child))


async def open_case_of(
    session: AsyncSession, family_ids: Collection[UUID], child_ids: Collection[UUID] = ()
) -> Case | None:
    """The open case of any of these, locked; the first, where a merge came after both were opened."""
    found = (
        select(Case)
        .where(Case.status == "open", is_of(family_ids, child_ids))
        .order_by(Case.opened_at, Case.id)
        .limit(1)
        .with_for_update()
    )
    case: Case | None = await session.scalar(found.execution_options(populate_existing=True))
    return case


async def family_ids_of(session: AsyncSession, case: Case) -> set[UUID]:
    """Every id under which the index has this family."""
    told = select(CaseReferral.family_id).where(CaseReferral.case_id == case.id)
    return {case.family_id, *(await session.scalars(told)).all()}


async def require_child(session: AsyncSession, actor: Actor, child_id: UUID) -> set[UUID]:
    """Every id under which this child is known; raises NotFound where the actor may see none of the child's cases."""
    known = await former_ids(session, (await surviving_ids(session, [child_id])).values())
    seen = select(CaseChild.case_id).join(Case, Case.id == CaseChild.case_id)
    if await session.scalar(seen.where(CaseChild.child_id.in_(known), visible_to(actor)).limit(1)) is None:
        raise NotFound("child", child_id)
    return known


def cases_listed(actor: Actor, query: CasesQuery) -> Select[Case]:
    rows = select(Case).where(Case.status == query.status, visible_to(actor)).options(selectinload(Case.key_worker))
    if query.area:
        rows = rows.where(Case.area == query.area)
    if query.team:
        rows = rows.where(Case.team == query.team)
    if query.worker:
        rows = rows.where(Case.key_worker_id == query.worker)
    if query.pathway:
        rows = rows.where(Case.pathway == query.pathway)
    if query.unallocated is not None:
        waits = Case.unallocated_since.is_not(None)
        rows = rows.where(waits if query.unallocated else ~waits)
    if query.no_contact_for_days is not None:
        since = clock.today() - timedelta(days=query.no_contact_for_days)
        rows = rows.where(func.coalesce(Case.last_contact_on, Case.opened_on) <= since)
    return rows


async def surviving_ids(session: AsyncSession, child_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each id of a child the one that it answers to: itself, or the last that its record was merged into.

    Merges are told by events that may come in any order, so that a circle is possible for a moment; it is not followed.
    """
    into: dict[UUID, UUID] = {}
    fresh = asked = set(child_ids)
    while fresh:
        rows = select(MergedChild.child_id, MergedChild.surviving_child_id).where(MergedChild.child_id.in_(fresh))
        told = {child_id: last for child_id, last in await session.execute(rows) if last}
        into |= told
        fresh = set(told.values()) - into.keys()
    return {child_id: _last(child_id, into) for child_id in asked}


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
