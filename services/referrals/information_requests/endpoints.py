"""The information request endpoints: what partners are asked, and what they answer."""

from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import access
from services.referrals.information_requests import actions, queries
from services.referrals.information_requests.models import InformationRequest
from services.referrals.information_requests.schemas import (
    CorrectedAnswer,
    ListedRequest,
    NewAnswer,
    NewInformationRequest,
    RequestForPartner,
    RequestsQuery,
    WholeRequest,
)
from services.referrals.referrals.queries import children_named, children_referred, find_referral
from shared import audit
from shared.auth import Actor
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, IfMatch, Session, set_etag, topic_router

router = topic_router("information requests")


L = TypeVar("L", bound=ListedRequest)


async def _shown(session: AsyncSession, actor: Actor, request: InformationRequest) -> WholeRequest | RequestForPartner:
    if not actor.has(*access.MASH):
        return RequestForPartner.model_validate(request)
    [whole] = await _for_mash(session, WholeRequest, [request])
    return whole


async def _for_mash(session: AsyncSession, shape: type[L], found: Sequence[InformationRequest]) -> list[L]:
    """With the children by name, in one read for all of them."""
    named = await children_named(session, await children_referred(session, [row.referral_id for row in found]))
    return [shape.of(row, named.get(row.referral_id, [])) for row in found]


@router.post("/referrals/{referral_id}/information-requests", status_code=201)
async def ask_partner(
    referral_id: UUID, sent: NewInformationRequest, actor: access.CanAskPartners, session: Session, response: Response
) -> WholeRequest:
    """Ask a partner for information about the children of a referral.

    `lawful_basis` is consent, or why consent is overridden; then `override_reason` is needed. The answer is due within
    2 hours when the referral is red, 4 when amber, else by 17:00 (London) on the next working day, and never after the
    decision; with immediate danger as when red; at once where the decision is overdue. 409 with `present_status` once
    it is decided or withdrawn.
    """
    request = await actions.ask_partner(session, actor, referral_id, sent)
    set_etag(response, request.version)
    [whole] = await _for_mash(session, WholeRequest, [request])
    return whole


@router.get("/referrals/{referral_id}/information-requests")
async def list_requests_of_referral(
    referral_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadRequestsOfReferral,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[WholeRequest]:
    """What partners were asked about one referral, with their answers, by due time; the look is on record."""
    referral = await find_referral(session, actor, referral_id)
    audit.record(session, actor, "information_requests_look", "referral", referral.id, reason=access_reason)
    rows = queries.list_of(actor, referral_id)
    found, following = await page_of(session, rows, [InformationRequest.due_at, InformationRequest.id], query)
    return Page(items=await _for_mash(session, WholeRequest, found), next=following)


@router.get("/information-requests")
async def list_requests(
    query: Annotated[RequestsQuery, Query()],
    actor: access.CanReadInformationRequests,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[ListedRequest] | Page[RequestForPartner]:
    """What waits for an answer, by due time; with `status`, those that are `late`, `answered` or `lapsed`.

    `open` holds the late ones too. A request lapses where its referral is decided or withdrawn before the answer. The
    MASH gets the children by name, which puts the look at the list on record. A partner gets what its own organisation
    was asked, with the names and birth dates of the children, and nothing else of the referral; each look is on record.
    A token without `organisation` gets nothing.
    """
    rows = queries.list_for(actor, query.status)
    found, following = await page_of(session, rows, [InformationRequest.due_at, InformationRequest.id], query)
    if actor.has(*access.MASH):
        if found:
            ids = [str(row.id) for row in found]
            kind = "information_requests_look"
            audit.record(session, actor, kind, "list", "information_requests", reason=access_reason, request_ids=ids)
        return Page[ListedRequest](items=await _for_mash(session, ListedRequest, found), next=following)
    for row in found:
        audit.record(session, actor, "information_request_look", "information_request", row.id, reason=access_reason)
    return Page[RequestForPartner](items=[RequestForPartner.model_validate(row) for row in found], next=following)


@router.get("/information-requests/{request_id}")
async def get_request(
    request_id: UUID,
    actor: access.CanReadInformationRequests,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> WholeRequest | RequestForPartner:
    """One request: whole for the MASH, and for the partner what it needs to answer; the look is on record."""
    request = await queries.find_request(session, actor, request_id)
    audit.record(session, actor, "information_request_look", "information_request", request.id, reason=access_reason)
    set_etag(response, request.version)
    return await _shown(session, actor, request)


@router.post("/information-requests/{request_id}/response")
async def answer_request(
    request_id: UUID, sent: NewAnswer, actor: access.CanAnswerInformationRequests, session: Session, response: Response
) -> WholeRequest | RequestForPartner:
    """Answer with what the partner knows and its own view of the risk; also after the decision.

    The MASH writes down an answer that came by telephone, with `answered_at` if it came earlier. 409
    `already-answered` the second time; 404 to any other partner.
    """
    request = await actions.answer_request(session, actor, request_id, sent)
    set_etag(response, request.version)
    return await _shown(session, actor, request)


@router.put("/information-requests/{request_id}/response")
async def correct_answer(
    request_id: UUID,
    sent: CorrectedAnswer,
    actor: access.CanCorrectAnswers,
    session: Session,
    response: Response,
    if_match: IfMatch,
) -> WholeRequest | RequestForPartner:
    """Correct an answer by a new version, with a reason; the former ones stay in `former_answers`.

    By the partner whose answer it is, also after the decision; by the MASH only what it wrote down itself (403
    `answer-of-partner`). The threshold goes by the latest, and a decision that was made keeps the facts it went by. 409
    `not-answered-yet` before the first answer.
    """
    request = await actions.correct_answer(session, actor, request_id, sent, if_match)
    set_etag(response, request.version)
    return await _shown(session, actor, request)
