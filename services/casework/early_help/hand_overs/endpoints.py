"""The hand-over endpoints: children offered to the services that the programme leaves unchanged, and their answers."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.models import Case
from services.casework.early_help.hand_overs import actions, queries
from services.casework.early_help.hand_overs.models import HandOver
from services.casework.early_help.hand_overs.schemas import (
    HandOverAnswer,
    HandOverListed,
    HandOverRevocation,
    HandOverShown,
    HandOversMade,
    HandOversQuery,
    NewHandOver,
)
from shared import audit
from shared.auth import Actor
from shared.merged_children import surviving_ids
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("hand overs")


async def _shown(session: AsyncSession, actor: Actor, hand_over: HandOver) -> HandOverShown:
    answers = await surviving_ids(session, [hand_over.child_id])
    remaining = await queries.remaining_for(session, actor, hand_over)
    return HandOverShown.of(hand_over, answers[hand_over.child_id], remaining)


@router.post("/cases/{case_id}/hand-overs", status_code=201)
async def offer_children(
    case_id: UUID, sent: NewHandOver, actor: access.CanOfferHandOvers, session: Session
) -> HandOversMade:
    """Offer children of a case to the looked after, leaving care, disabled children or youth offending service.

    One hand-over is made for each child, and each is answered alone, within 5 working days: else it is overdue. 409
    `hand-over-open` where one of the children is offered to this service already; then none is made.
    """
    made = await actions.offer_children(session, actor, case_id, sent)
    return HandOversMade(items=[await _shown(session, actor, each) for each in made])


@router.get("/hand-overs")
async def list_hand_overs(
    query: Annotated[HandOversQuery, Query()],
    actor: access.CanReadHandOvers,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[HandOverListed]:
    """Hand-overs that wait for an answer, by due day, or those with another `status`.

    A partner whose `organisation` is one of the services, by code or name (`GET /v1/codes`, `hand_over_services`), gets
    what that service is offered; any other partner gets nothing. The look at the list, which names the children, is
    on record.
    """
    keys = [HandOver.answer_due_on, HandOver.id]
    rows = queries.list_for(actor, query).options(selectinload(HandOver.case).selectinload(Case.children))
    found, following = await page_of(session, rows, keys, query)
    await record_list_look(session, actor, "hand_overs", [each.case_id for each in found], access_reason)
    answers = await surviving_ids(session, [each.child_id for each in found])
    return Page(items=[HandOverListed.listed(each, answers[each.child_id]) for each in found], next=following)


@router.get("/hand-overs/{hand_over_id}")
async def get_hand_over(
    hand_over_id: UUID,
    actor: access.CanReadHandOvers,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> HandOverShown:
    """One hand-over with the child; the look is on record."""
    hand_over = await queries.find_hand_over(session, actor, hand_over_id)
    audit.record(session, actor, "hand_over_look", "child", hand_over.child_id, reason=access_reason)
    set_etag(response, hand_over.version)
    return await _shown(session, actor, hand_over)


@router.post("/hand-overs/{hand_over_id}/answer")
async def answer_hand_over(
    hand_over_id: UUID, sent: HandOverAnswer, actor: access.CanAnswerHandOvers, session: Session, response: Response
) -> HandOverShown:
    """Accept or refuse a child, for the service that is asked; a supervisor or manager of ours writes down an answer
    that came otherwise.

    The case stays open with its key worker: `remaining` is how many of its children nobody else has taken over. 409
    `hand-over-answered` the second time; 422 where the answer is in the future or before the offer, or a refusal has no
    reason.
    """
    hand_over = await actions.answer_hand_over(session, actor, hand_over_id, sent)
    set_etag(response, hand_over.version)
    return await _shown(session, actor, hand_over)


@router.post("/hand-overs/{hand_over_id}/revocation")
async def revoke_hand_over(
    hand_over_id: UUID, sent: HandOverRevocation, actor: access.CanOfferHandOvers, session: Session, response: Response
) -> HandOverShown:
    """Take an offer back, with a reason; 409 `hand-over-answered` once it is answered."""
    hand_over = await actions.revoke_hand_over(session, actor, hand_over_id, sent)
    set_etag(response, hand_over.version)
    return await _shown(session, actor, hand_over)
