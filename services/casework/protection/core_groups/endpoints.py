"""The core groups endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.protection.core_groups import actions, queries
from services.casework.protection.core_groups.models import CoreGroup
from services.casework.protection.core_groups.schemas import CoreGroupShown, NewCoreGroup
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("core groups")


@router.post("/cases/{case_id}/core-groups", status_code=201)
async def record_core_group(
    case_id: UUID, sent: NewCoreGroup, actor: access.CanRecordCoreGroups, session: Session
) -> CoreGroupShown:
    """Record a meeting of the core group, quorate or not, of the children that are named or of all with a plan.

    The first is due 10 working days after the conference, later ones every 6 weeks. 409 `no-protection-plan`,
    `case-closed`; 422 `no-plan` for a child without one, `out-of-order` before the plan began.
    """
    return (await _shown(session, [await actions.record_core_group(session, actor, case_id, sent)]))[0]


@router.get("/cases/{case_id}/core-groups")
async def list_core_groups(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadProtection,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[CoreGroupShown]:
    """The core groups of a case, the latest first. The look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "core_groups_look", "case", case.id, reason=access_reason)
    rows = queries.whole().where(CoreGroup.case_id == case.id)
    found, following = await page_of(session, rows, [CoreGroup.held_on, CoreGroup.id], query, descending=True)
    return Page(items=await _shown(session, found), next=following)


async def _shown(session: Session, rows: list[CoreGroup]) -> list[CoreGroupShown]:
    due = await queries.next_due(session, {child.plan_id for row in rows for child in row.children})
    answers = await queries.children_now(session, rows)
    return [CoreGroupShown.of(row, answers, due) for row in rows]
