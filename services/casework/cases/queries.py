"""Reads of cases, filtered by what the actor may see."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.models import Case, MergedChild
from services.casework.cases.rules import WHOLE_TEAM
from services.casework.cases.schemas import CasesQuery
from services.casework.workers.models import Worker
from shared.auth import Actor, Role
from shared.problems import NotFound


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`rules.may_see_case` in SQL."""
    if actor.has(*WHOLE_TEAM):
        area = or_(Case.area.is_(None), Case.area == actor.area) if actor.area else true()
        team = or_(Case.team.is_(None), Case.team == actor.team) if actor.team else true()
        return and_(area, team)
    if actor.has(Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER):
        return Case.key_worker_id.in_(select(Worker.id).where(Worker.subject == actor.subject))
    return false()


async def find_case(session: AsyncSession, actor: Actor, case_id: UUID, *, lock: bool = False) -> Case:
    """The case with its children; raises NotFound where the actor may not see it."""
    found = (
        select(Case)
        .where(Case.id == case_id, visible_to(actor))
        .options(selectinload(Case.children), selectinload(Case.key_worker))
    )
    case = await session.scalar(found.with_for_update() if lock else found)
    if case is None:
        raise NotFound("case", case_id)
    return case


def open_cases(actor: Actor, query: CasesQuery) -> Select[Case]:
    rows = select(Case).where(Case.status == "open", visible_to(actor)).options(selectinload(Case.key_worker))
    if query.area:
        rows = rows.where(Case.area == query.area)
    if query.team:
        rows = rows.where(Case.team == query.team)
    if query.worker:
        rows = rows.where(Case.key_worker_id == query.worker)
    if query.pathway:
        rows = rows.where(Case.pathway == query.pathway)
    if query.unallocated is not None:
        rows = rows.where(Case.key_worker_id.is_(None) if query.unallocated else Case.key_worker_id.is_not(None))
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
