"""The transfer endpoints: moving a family from one key worker to another."""

from collections.abc import Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.allocation.transfers import actions, queries
from services.casework.allocation.transfers.models import Transfer
from services.casework.allocation.transfers.schemas import (
    NewTransfer,
    TransferAcceptance,
    TransferListed,
    TransferRefusal,
    TransferShown,
    TransfersQuery,
)
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.queries import children_named, find_case, visible_to
from services.casework.workforce.workers.queries import names_of
from shared import audit
from shared.auth import Actor
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("transfers")

Shown = TypeVar("Shown", bound=TransferListed)
LATEST_FIRST = [Transfer.offered_at, Transfer.id]


async def _shown(
    session: AsyncSession, actor: Actor, transfers: Sequence[Transfer], form: type[Shown]
) -> tuple[list[Shown], set[UUID]]:
    """The transfers with the names that belong to them, and the cases whose children are named."""
    named = await children_named(session, visible_to(actor), [each.case_id for each in transfers])
    names = await names_of(session, {by for each in transfers for by in (each.offered_by, each.answered_by)})
    return [form.of(each, named.get(each.case_id, []), names) for each in transfers], set(named)


async def _one(session: AsyncSession, actor: Actor, transfer: Transfer, response: Response) -> TransferShown:
    set_etag(response, transfer.version)
    [shown], _ = await _shown(session, actor, [transfer], TransferShown)
    return shown


@router.post("/cases/{case_id}/transfers", status_code=201)
async def offer_transfer(
    case_id: UUID, sent: NewTransfer, actor: access.CanTransferFamilies, session: Session, response: Response
) -> TransferShown:
    """Offer a family to another key worker, in whatever area; with `at_once` move it, where the caller allocates there.

    The family then lives in `area`: the new worker's, where it is not given. The other side sees the offer and its
    reason, not the case, until it accepts. A case has one open offer: 409 `transfer-offered`; `at_once` withdraws it.
    409 `case-not-allocated` where there is no key worker, `registration-required`, `worker-not-in-post` and
    `worker-not-named` as for an allocation. With `at_once`, the rules of an acceptance hold, except that `starts_on`
    may be as early as the former key worker's first day; 403 `receiving-side-answers` outside of the caller's area and
    team.
    """
    transfer = await actions.offer_transfer(session, actor, case_id, sent)
    return await _one(session, actor, transfer, response)


@router.get("/cases/{case_id}/transfers")
async def list_transfers_of_case(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadTransfers,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[TransferShown]:
    """Every offer to move a family, the latest first, with what became of it; the look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "transfers_look", "case", case.id, reason=access_reason)
    rows = queries.all_transfers(actor).where(Transfer.case_id == case.id)
    found, following = await page_of(session, rows, LATEST_FIRST, query, descending=True)
    items, _ = await _shown(session, actor, found, TransferShown)
    return Page(items=items, next=following)


@router.get("/transfers")
async def list_transfers(
    query: Annotated[TransfersQuery, Query()],
    actor: access.CanReadTransfers,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[TransferListed]:
    """Transfers from and to the caller's workers, the latest first; `status=offered` are those that wait for an answer.

    A key worker has those in which they are one of the two. Children are named where the caller may see the case; that
    look is on record.
    """
    rows = queries.visible_transfers(actor, query)
    found, following = await page_of(session, rows, LATEST_FIRST, query, descending=True)
    items, named = await _shown(session, actor, found, TransferListed)
    await record_list_look(session, actor, "transfers", named, access_reason)
    return Page(items=items, next=following)


@router.get("/transfers/{transfer_id}")
async def get_transfer(
    transfer_id: UUID,
    actor: access.CanReadTransfers,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> TransferShown:
    """One transfer with its reasons, for both sides; the look is on record as one at the case."""
    transfer = await queries.find_transfer(session, actor, transfer_id)
    audit.record(session, actor, "transfer_look", "case", transfer.case_id, reason=access_reason)
    return await _one(session, actor, transfer, response)


@router.post("/transfers/{transfer_id}/acceptance")
async def accept_transfer(
    transfer_id: UUID,
    actor: access.CanAnswerTransfers,
    session: Session,
    response: Response,
    sent: TransferAcceptance | None = None,
) -> TransferShown:
    """Take the family over from `starts_on` on, by default today: the former key worker's time ends that day.

    By the new key worker, or whoever allocates for that area and team; anybody else 403 `receiving-side-answers`.
    Ceiling, leave and leaving stand against it as against an allocation, and a manager passes them with an
    `override_reason`; so does registration, which nobody passes. `starts_on` is not before the day of the offer. 409
    `transfer-answered` with `present_status` the second time.
    """
    transfer = await actions.accept_transfer(session, actor, transfer_id, sent or TransferAcceptance())
    return await _one(session, actor, transfer, response)


@router.post("/transfers/{transfer_id}/rejection")
async def reject_transfer(
    transfer_id: UUID, sent: TransferRefusal, actor: access.CanAnswerTransfers, session: Session, response: Response
) -> TransferShown:
    """Decline the family, with the reason: it stays with its key worker. By who could accept it."""
    transfer = await actions.reject_transfer(session, actor, transfer_id, sent)
    return await _one(session, actor, transfer, response)


@router.post("/transfers/{transfer_id}/revocation")
async def revoke_transfer(
    transfer_id: UUID, sent: TransferRefusal, actor: access.CanTransferFamilies, session: Session, response: Response
) -> TransferShown:
    """Take an offer back, with the reason. By who offered it or allocates on the giving side; else 403
    `giving-side-revokes`."""
    transfer = await actions.revoke_transfer(session, actor, transfer_id, sent)
    return await _one(session, actor, transfer, response)
