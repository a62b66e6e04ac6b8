"""The restrictions endpoints: records for named people only, and who looked at a family's record."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.cases.queries import find_family_case
from services.casework.restrictions import actions, queries
from services.casework.restrictions.rules import REFUSED
from services.casework.restrictions.schemas import Access, AccessLogQuery, NewRestriction, Restriction
from shared import audit
from shared.audit import AuditRow
from shared.paging import Page, page_of
from shared.web import AccessReason, ReadSession, Session, topic_router

router = topic_router("restrictions")


@router.get("/families/{family_id}/restriction")
async def get_restriction(family_id: UUID, actor: access.CanRestrict, session: ReadSession) -> Restriction:
    """Who alone may see a family's record; two empty lists where everyone may whose role allows it."""
    case = await find_family_case(session, actor, family_id)
    return await _shown(session, case.family_id)


@router.post("/families/{family_id}/restriction")
async def restrict_family(
    family_id: UUID, sent: NewRestriction, actor: access.CanRestrict, session: Session
) -> Restriction:
    """Restrict a family's record to named people: for everyone else, whatever the role, it is as if it were not there.

    The list takes the place of the one before; an empty one lifts the restriction that was made here. 422
    `own-subject-missing` where it does not name whoever restricts, `key-worker-missing` where it does not name the
    family's key worker: name them, or transfer the family first. What the front door restricts stays restricted.
    """
    case = await actions.restrict_family(session, actor, family_id, sent)
    return await _shown(session, case.family_id)


@router.get("/families/{family_id}/access-log")
async def list_accesses(
    family_id: UUID,
    query: Annotated[AccessLogQuery, Query()],
    actor: access.CanSeeAccessLog,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[Access]:
    """Who looked at the family's record or changed it, or tried to, newest first: what a person may be told who asks.

    It covers the family, its cases and its children under every id that they have or had; `refused=true` are those who
    were refused. For managers of the family's area and team, and for administrators; this look is on record as well.
    """
    case = await queries.find_logged_case(session, actor, family_id)
    rows = await queries.accesses_of(session, case, query)
    found, following = await page_of(session, rows, [AuditRow.id], query, descending=True)
    names = await queries.names_of(session, {row.subject for row in found})
    audit.record(session, actor, "access_log_look", "family", case.family_id, reason=access_reason)
    return Page(items=[_accessed(row, names.get(row.subject)) for row in found], next=following)


def _accessed(row: AuditRow, name: str | None) -> Access:
    told = {field: getattr(row, field) for field in Access.model_fields if field not in ("name", "refused")}
    return Access(**told, name=name, refused=row.action == REFUSED)


async def _shown(session: AsyncSession, family_id: UUID) -> Restriction:
    named = await queries.subjects_named(session, family_id)
    return Restriction(family_id=family_id, subjects=named["casework"], front_door_subjects=named["referrals"])
