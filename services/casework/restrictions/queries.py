"""Who may see a restricted family, and who looked at a family's record."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import Case, CaseChild, CaseReferral, FamilyRestriction
from services.casework.cases.queries import (
    family_ids_of,
    find_family_case,
    former_ids,
    is_of,
    not_restricted_for,
    surviving_ids,
)
from services.casework.restrictions.rules import REFUSED
from services.casework.restrictions.schemas import AccessLogQuery
from services.casework.workers.models import Worker
from shared.audit import AuditRow
from shared.auth import Actor, Role
from shared.problems import NotFound


async def subjects_named(session: AsyncSession, family_id: UUID) -> dict[str, list[str]]:
    """Whom each service names that restricts the family, in order; none for one that does not."""
    rows = select(FamilyRestriction).where(FamilyRestriction.family_id == family_id)
    named: dict[str, list[str]] = {"casework": [], "referrals": []}
    for row in await session.scalars(rows.order_by(FamilyRestriction.subject)):
        named[row.source].append(row.subject)
    return named


async def joined_families(session: AsyncSession, case: Case) -> set[UUID]:
    """The family under all its ids, and those with cases that share a child with it: one child is not half hidden."""
    family_ids, child_ids = {case.family_id}, set[UUID]()
    while True:
        case_ids = (await session.scalars(select(Case.id).where(is_of(family_ids, child_ids)))).all()
        own = (await session.scalars(select(Case.family_id).where(Case.id.in_(case_ids)))).all()
        told = (await session.scalars(select(CaseReferral.family_id).where(CaseReferral.case_id.in_(case_ids)))).all()
        found, children = family_ids.union(own, told), await _children_of(session, case_ids)
        if (found, children) == (family_ids, child_ids):
            return family_ids
        family_ids, child_ids = found, children


async def _children_of(session: AsyncSession, case_ids: Collection[UUID]) -> set[UUID]:
    """The children of these cases under every id that they have or had."""
    told = (await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id.in_(case_ids)))).all()
    return await former_ids(session, (await surviving_ids(session, told)).values())


async def find_logged_case(session: AsyncSession, actor: Actor, family_id: UUID) -> Case:
    """The family's case for somebody who may tell who looked: administrators are of no area, but see no restricted
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
    about = {"family": family_ids, "case": case_ids, "child": await _children_of(session, case_ids)}
    rows = select(AuditRow).where(
        or_(
            *(
                and_(AuditRow.entity == entity, AuditRow.entity_id.in_([str(each) for each in ids]))
                for entity, ids in about.items()
            )
        )
    )
    if query.refused is not None:
        rows = rows.where(AuditRow.action == REFUSED if query.refused else AuditRow.action != REFUSED)
    if query.subject:
        rows = rows.where(AuditRow.subject == query.subject)
    return rows


async def names_of(session: AsyncSession, subjects: Iterable[str]) -> dict[str, str]:
    """The names of the workers who are joined to these subjects."""
    rows = await session.execute(select(Worker.subject, Worker.name).where(Worker.subject.in_(set(subjects))))
    return {subject: name for subject, name in rows if subject}
