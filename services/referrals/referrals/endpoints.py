"""The referrals endpoints: a referral made, rated, placed, acknowledged and followed."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals import access
from services.referrals.open_cases.queries import open_cases_of
from services.referrals.referrals import actions, queries
from services.referrals.referrals.models import Referral, ReferralChange
from services.referrals.referrals.schemas import (
    ChangeShown,
    NewAcknowledgement,
    NewPlacement,
    NewRating,
    NewReferral,
    QueuedReferral,
    QueueQuery,
    ReferralInFull,
    ReferralOutcome,
    ReferralReceipt,
    WholeReferral,
)
from shared import audit
from shared.auth import Actor
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, ReadSession, Session, set_etag, topic_router

router = topic_router("referrals")


@router.post("/referrals", status_code=201)
async def submit_referral(
    sent: NewReferral, actor: access.CanSubmitReferrals, session: Session, response: Response
) -> ReferralReceipt:
    """Make a referral to the MASH.

    Send an `Idempotency-Key` so that a referral made twice on a bad connection is one referral. The postcode gives
    district and area; one that is unknown or outside the county is accepted and marked `not_found`. The rating is due
    at 17:00 (London) on the next working day; the decision in 4 hours where a child is in immediate danger, else at
    17:00 on the third working day, until the rating sets it anew.

    A referrer names the own organisation (422 `not-own-organisation`). Two children with one NHS number or UPN are
    refused: 422 naming the second, with `census_rule` "1520"; so are a child's disabilities where one is named twice
    (8794) or beside NONE (8790). `cautions` name what is taken and should be looked at.
    """
    referral, children = await actions.submit_referral(session, actor, sent)
    set_etag(response, referral.version)
    return ReferralReceipt.of(referral, children)


@router.get("/referrals")
async def list_referrals(
    query: Annotated[QueueQuery, Query()],
    actor: access.CanReadReferrals,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[QueuedReferral] | Page[ReferralOutcome]:
    """The queue: immediate danger first, then what is due first; without `status`, what waits for a decision.

    `overdue` asks for those whose next step, the rating or then the decision, is past its time; `mine` for those that
    the caller rated and that still wait (`mine=false`: all others). Both, and `rating`, are for the MASH.
    `withdrawal_requested` for those whose referrer asks to withdraw them. `reference` finds the one that was read out
    on the telephone, whatever its status; 422 `not-a-reference` where it can be none. `children` names the children,
    which puts the look at the list on record, and `open_cases` the key worker of each child, or of its family, whom the
    Family Support Service knows already.
    A referrer gets those of the own organisation, each as its `/outcome` shows it: immediate danger first, then in
    order of receipt.
    """
    rows = queries.queue_for(actor, query)
    if actor.has(*access.MASH):
        keys = [Referral.queue_rank, Referral.next_due_at, Referral.id]
        found, following = await page_of(session, rows, keys, query)
        return Page[QueuedReferral](items=await _queued(session, actor, found, access_reason), next=following)
    # In order of what is due a page would show, by its cursor, how the MASH rated it.
    found, following = await page_of(session, rows, [Referral.queue_rank, Referral.received_at, Referral.id], query)
    return Page[ReferralOutcome](items=[ReferralOutcome.of(row) for row in found], next=following)


async def _queued(
    session: AsyncSession, actor: Actor, found: Sequence[Referral], reason: str | None
) -> list[QueuedReferral]:
    """With the children by name: of the whole list one row in the audit, and none where it is empty."""
    referred = await queries.children_referred(session, [row.id for row in found])
    children = await queries.children_named(session, referred)
    families = [(row.id, row.family_id) for row in found]
    open_cases = await open_cases_of(session, actor, families, referred)
    if found:
        ids = [str(row.id) for row in found]
        audit.record(session, actor, "referrals_look", "list", "referrals", reason=reason, referral_ids=ids)
    return [
        QueuedReferral.of(row, children=children.get(row.id, []), open_cases=open_cases.get(row.id, []))
        for row in found
    ]


@router.get("/referrals/{referral_id}")
async def get_referral(
    referral_id: UUID,
    actor: access.CanReadWholeReferrals,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> ReferralInFull:
    """The whole referral with its people, for the MASH and for casework; the look is on record with its reason.

    `open_cases` are those of its children and of its family that are open to the Family Support Service now, each with
    its key worker by name: speak to them before you rate or decide. Nobody need open the case for that. `child_ids`
    names who is in the case, which need not be a child of this referral.
    """
    referral = await queries.find_referral(session, actor, referral_id)
    audit.record(session, actor, "referral_look", "referral", referral.id, reason=access_reason)
    set_etag(response, referral.version)
    referred = [(referral.id, child.id) for child in referral.children]
    open_cases = (await open_cases_of(session, actor, [(referral.id, referral.family_id)], referred))[referral.id]
    return ReferralInFull.model_validate(referral).model_copy(update={"open_cases": open_cases})


@router.get("/referrals/{referral_id}/outcome")
async def get_outcome(
    referral_id: UUID, actor: access.CanReadReferrals, session: ReadSession, response: Response
) -> ReferralOutcome:
    """What the referrer may know of what became of a referral: an outcome once the decision is final."""
    referral = await queries.find_referral(session, actor, referral_id)
    set_etag(response, referral.version)
    return ReferralOutcome.of(referral)


@router.post("/referrals/{referral_id}/rating")
async def rate_referral(
    referral_id: UUID, sent: NewRating, actor: access.CanRateReferrals, session: Session, response: Response
) -> WholeReferral:
    """Rate the risk red, amber or green: the decision is due within 4 hours, 1 or 3 working days from receipt.

    With immediate danger it is due within 4 hours whatever the rating.
    409 `referral-already-decided` once there is a decision.
    """
    referral = await actions.rate_referral(session, actor, referral_id, sent)
    set_etag(response, referral.version)
    return WholeReferral.model_validate(referral)


@router.post("/referrals/{referral_id}/placement")
async def place_referral(
    referral_id: UUID, sent: NewPlacement, actor: access.CanPlaceReferrals, session: Session, response: Response
) -> WholeReferral:
    """Give a referral its area where the postcode gives none, or the wrong one; 409 once it is decided."""
    referral = await actions.place_referral(session, actor, referral_id, sent)
    set_etag(response, referral.version)
    return WholeReferral.model_validate(referral)


@router.get("/referrals/{referral_id}/changes")
async def list_changes(
    referral_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadChangeLog,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[ChangeShown]:
    """Every step in the life of a referral, in the order in which they were recorded; nothing ever leaves this list.

    An amendment's `values` hold what it changed (`changed`), what stood there before (`old`) and what stands there
    since (`new`), and the ids of the people it added; an acknowledgement's hold its `text`. The look is on record with
    its reason.
    """
    referral = await queries.find_referral(session, actor, referral_id)
    audit.record(session, actor, "referral_changes_look", "referral", referral.id, reason=access_reason)
    rows = queries.changes_of(referral.id)
    found, following = await page_of(session, rows, [ReferralChange.number], query)
    return Page(items=[ChangeShown.model_validate(row) for row in found], next=following)


@router.post("/referrals/{referral_id}/acknowledgement")
async def acknowledge_referral(
    referral_id: UUID,
    sent: NewAcknowledgement,
    actor: access.CanAcknowledgeReferrals,
    session: Session,
    response: Response,
) -> WholeReferral:
    """Record that the referrer was informed that the referral came: due at 17:00 (London) on the next working day.

    409 `referral-already-acknowledged` the second time.
    """
    referral = await actions.acknowledge_referral(session, actor, referral_id, sent)
    set_etag(response, referral.version)
    return WholeReferral.model_validate(referral)
