"""The strategy discussions endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.protection.strategy_discussions import actions, queries
from services.casework.protection.strategy_discussions.models import StrategyDiscussion
from services.casework.protection.strategy_discussions.schemas import NewStrategyDiscussion, StrategyDiscussionShown
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("strategy discussions")


@router.post("/cases/{case_id}/strategy-discussions", status_code=201)
async def hold_discussion(
    case_id: UUID, sent: NewStrategyDiscussion, actor: access.CanHoldStrategyDiscussions, session: Session
) -> StrategyDiscussionShown:
    """Record a strategy discussion about the children that are named, or about all who are under 18.

    Where the front door decided on it, it is due within 24 hours. With the outcome `section_47`, `POST
    /v1/cases/{id}/section-47-enquiries` begins the enquiry. 422 `agency-missing`, with `missing`: social care, police
    and health at least take part; `twice`: each agency is named once; `adult`: of
    a person of 18 or older there is none. 409 `front-door-decides`, `case-closed`.
    """
    made = await actions.hold_discussion(session, actor, case_id, sent)
    return StrategyDiscussionShown.of(made, await queries.children_now(session, [made]))


@router.get("/cases/{case_id}/strategy-discussions")
async def list_discussions(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadProtection,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[StrategyDiscussionShown]:
    """The strategy discussions of a case, the latest first. The look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "strategy_discussions_look", "case", case.id, reason=access_reason)
    rows = queries.whole().where(StrategyDiscussion.case_id == case.id)
    order = [StrategyDiscussion.held_at, StrategyDiscussion.id]
    found, following = await page_of(session, rows, order, query, descending=True)
    answers = await queries.children_now(session, found)
    return Page(items=[StrategyDiscussionShown.of(row, answers) for row in found], next=following)
