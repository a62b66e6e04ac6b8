"""The amendments endpoint: what is recorded differently later."""

from uuid import UUID

from fastapi import Response

from services.referrals import access
from services.referrals.amendments import actions
from services.referrals.amendments.schemas import NewAmendment
from services.referrals.referrals.schemas import ReferralOutcome, WholeReferral, as_seen_by
from shared.web import Session, set_etag, topic_router

router = topic_router("amendments")


@router.post("/referrals/{referral_id}/amendments")
async def amend_referral(
    referral_id: UUID, sent: NewAmendment, actor: access.CanAmendReferrals, session: Session, response: Response
) -> WholeReferral | ReferralOutcome:
    """Record something differently, or add children and adults, with a reason: by the referrer's organisation or the
    MASH.

    Each field of `changes` replaces what stood there; `children` and `adults` are added. What stood there before stays
    in the change log. Immediate danger that is sent now is decided within 4 hours of receipt, or by an earlier time
    that was set; only the MASH takes it back. 409 `referral-already-decided` for children after the decision.
    """
    referral = await actions.amend_referral(session, actor, referral_id, sent)
    set_etag(response, referral.version)
    return as_seen_by(actor, referral)
