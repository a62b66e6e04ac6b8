"""The court stages endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.protection.court_stages import actions, queries
from services.casework.protection.court_stages.models import CourtStage
from services.casework.protection.court_stages.schemas import CourtStageShown, NewCourtStage
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("court stages")


@router.post("/cases/{case_id}/court-stages", status_code=201)
async def record_stage(
    case_id: UUID, sent: NewCourtStage, actor: access.CanRecordCourtStages, session: Session
) -> CourtStageShown:
    """Record a stage of the way to court that the children who are named have reached, or all of the case.

    The letter before proceedings makes their end due in 16 weeks, the application in 26 (Public Law Outline). With an
    application the family is on the pathway court; with the final order or a withdrawal on child protection while a
    plan is in force, else on child in need. 409 `not-a-lawful-stage`, with `lawful` and how the child stands;
    `not-a-lawful-step` from Thriving Families; `front-door-decides`, `case-closed`. 422: an order where there is none
    or none where there is one, `out-of-order` before the stage before.
    """
    return (await _shown(session, [await actions.record_stage(session, actor, case_id, sent)]))[0]


@router.get("/cases/{case_id}/court-stages")
async def list_stages(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadProtection,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[CourtStageShown]:
    """The stages that children of a case have reached, the latest first. The look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "court_stages_look", "case", case.id, reason=access_reason)
    rows = queries.whole().where(CourtStage.case_id == case.id)
    order = [CourtStage.on, CourtStage.recorded_at, CourtStage.id]
    found, following = await page_of(session, rows, order, query, descending=True)
    return Page(items=await _shown(session, found), next=following)


async def _shown(session: Session, rows: list[CourtStage]) -> list[CourtStageShown]:
    due = await queries.still_due(session, [child.id for row in rows for child in row.children])
    answers = await queries.children_now(session, rows)
    return [CourtStageShown.of(row, answers, due) for row in rows]
