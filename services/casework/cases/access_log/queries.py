"""Who looked at a family's record."""

from uuid import UUID

from sqlalchemy import Select, and_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.access_log.models import ListedCase
from services.casework.cases.access_log.rules import REFUSED
from services.casework.cases.access_log.schemas import AccessLogQuery
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_of_cases, family_ids_of, find_family_case, is_of
from services.casework.cases.restrictions.queries import not_restricted_for
from shared.audit import AuditRow
from shared.auth import Actor, Role
from shared.problems import NotFound


async def find_logged_case(session: AsyncSession, actor: Actor, family_id: UUID) -> Case:
    """The family's case for somebody who may see who looked: administrators are of no area, but see no restricted
    family either that does not name them."""
    if not actor.has(Role.ADMINISTRATOR):
        return await find_family_case(session, actor, family_id)
    seen = and_(is_of([family_id]), not_restricted_for(actor, Case.family_id))
    case: Case | None = await session.scalar(select(Case).where(seen).order_by(Case.opened_at.desc(), Case.id).limit(1))
    if case is None:
        raise NotFound("family", family_id)
    return case


async def accesses_of(session: AsyncSession, case: Case, query: AccessLogQuery) -> Select[AuditRow]:
    """Everything on record about this family, its cases and its children, under every id that they have or had."""
    family_ids = await family_ids_of(session, case)
    case_ids = (await session.scalars(select(Case.id).where(is_of(family_ids)))).all()
    about = {"family": family_ids, "case": case_ids, "child": await children_of_cases(session, case_ids)}
    found = union(
        select(ListedCase.audit_id).where(ListedCase.case_id.in_(case_ids)),
        *(
            select(AuditRow.id).where(AuditRow.entity == entity, AuditRow.entity_id.in_([str(each) for each in ids]))
            for entity, ids in about.items()
        ),
    )
    rows = select(AuditRow).where(AuditRow.id.in_(found))
    if query.refused is not None:
        rows = rows.where(AuditRow.action == REFUSED if query.refused else AuditRow.action != REFUSED)
    if query.subject:
        rows = rows.where(AuditRow.subject == query.subject)
    return rows
