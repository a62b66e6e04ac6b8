"""The access log endpoint: who looked at a family's record."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.access_log import queries
from services.casework.cases.access_log.rules import REFUSED
from services.casework.cases.access_log.schemas import Access, AccessLogQuery
from services.casework.workforce.workers.queries import names_of
from shared import audit
from shared.audit import AuditRow
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("access log")


@router.get("/families/{family_id}/access-log")
async def list_accesses(
    family_id: UUID,
    query: Annotated[AccessLogQuery, Query()],
    actor: access.CanReadAccessLog,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[Access]:
    """Who looked at the family's record or changed it, or tried to, newest first, as a person has a right to ask.

    It covers the family, its cases and its children under every id that they have or had, and lists in which its
    children were named (`entity` is then `list`); `refused=true` are those who were refused. For managers of the
    family's area and team, and for administrators; this look is on record as well.
    """
    case = await queries.find_logged_case(session, actor, family_id)
    rows = await queries.accesses_of(session, case, query)
    found, following = await page_of(session, rows, [AuditRow.id], query, descending=True)
    names = await names_of(session, {row.subject for row in found})
    audit.record(session, actor, "access_log_look", "family", case.family_id, reason=access_reason)
    return Page(items=[_accessed(row, names.get(row.subject)) for row in found], next=following)


def _accessed(row: AuditRow, name: str | None) -> Access:
    fields = {field: getattr(row, field) for field in Access.model_fields if field not in ("name", "refused")}
    return Access(**fields, name=name, refused=row.action == REFUSED)
