"""The amendments endpoints: what is said differently later, taken back, or answered, and the record of all of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.referrals import access
from services.referrals.amendments import actions, queries
from services.referrals.amendments.schemas import ChangeShown, NewAcknowledgement, NewAmendment, NewWithdrawal
from services.referrals.referrals.models import Referral, ReferralChange
from services.referrals.referrals.queries import find_referral
from services.referrals.referrals.schemas import ReferralOutcome, WholeReferral
from shared import audit
from shared.auth import Actor
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("amendments")


@router.get("/referrals/{referral_id}/changes")
async def list_changes(
    referral_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanDecideReferrals,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[ChangeShown]:
    """Every step in the life of a referral, in the order in which they were recorded; nothing ever leaves this list.

    An amendment's `values` hold what it changed (`changed`), what stood there before (`old`) and what stands there
    since (`new`), and the ids of the people it added. The look is on record with its reason.
    """
    referral = await find_referral(session, actor, referral_id)
    audit.record(session, actor, "referral_changes_look", "referral", referral.id, reason=access_reason)
    rows = queries.changes_of(referral.id)
    found, following = await page_of(session, rows, [ReferralChange.number], query)
    return Page(items=[ChangeShown.model_validate(row) for row in found], next=following)


@router.post("/referrals/{referral_id}/amendments")
async def amend_referral(
    referral_id: UUID, sent: NewAmendment, actor: access.CanSeeReferrals, session: Session, response: Response
) -> WholeReferral | ReferralOutcome:
    """Say something differently, or add children and adults, with a reason: by the referrer's organisation or the MASH.

    Each field of `changes` replaces what was said there; `children` and `adults` are added. What was said before stays
    in the change log. Immediate danger that is told of now is decided within 4 hours of receipt, or by an earlier time
    that was set; only the MASH takes it back. 409 `referral-already-decided` for children after the decision.
    """
    referral = await actions.amend_referral(session, actor, referral_id, sent)
    return _as_seen_by(actor, referral, response)


@router.post("/referrals/{referral_id}/withdrawal")
async def withdraw_referral(
    referral_id: UUID, sent: NewWithdrawal, actor: access.CanSeeReferrals, session: Session, response: Response
) -> WholeReferral | ReferralOutcome:
    """Take a referral back, with a reason: by the referrer's organisation or the MASH, while nothing is decided."""
    referral = await actions.withdraw_referral(session, actor, referral_id, sent)
    return _as_seen_by(actor, referral, response)


@router.post("/referrals/{referral_id}/acknowledgement")
async def acknowledge_referral(
    referral_id: UUID,
    sent: NewAcknowledgement,
    actor: access.CanDecideReferrals,
    session: Session,
    response: Response,
) -> WholeReferral:
    """Record that the referrer was told that the referral came: due at 17:00 (London) on the next working day.

    409 `referral-already-acknowledged` the second time.
    """
    referral = await actions.acknowledge_referral(session, actor, referral_id, sent)
    set_etag(response, referral.version)
    return WholeReferral.model_validate(referral)


def _as_seen_by(actor: Actor, referral: Referral, response: Response) -> WholeReferral | ReferralOutcome:
    set_etag(response, referral.version)
    return WholeReferral.model_validate(referral) if actor.has(*access.MASH) else ReferralOutcome.of(referral)
