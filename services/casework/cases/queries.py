"""Reads of cases, filtered by what the actor may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.models import Case
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
