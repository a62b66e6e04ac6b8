"""The withdrawal endpoints: a referral is taken back, or the MASH decides whether it is."""

from uuid import UUID

from fastapi import Response

from services.referrals import access
from services.referrals.referrals.schemas import ReferralOutcome, WholeReferral, as_seen_by
from services.referrals.withdrawals import actions
from services.referrals.withdrawals.schemas import NewWithdrawal, NewWithdrawalDecision
from shared.web import Session, set_etag, topic_router

router = topic_router("withdrawals")


@router.post("/referrals/{referral_id}/withdrawal", responses={202: {"description": "Requested of the MASH"}})
async def withdraw_referral(
    referral_id: UUID, sent: NewWithdrawal, actor: access.CanWithdrawReferrals, session: Session, response: Response
) -> WholeReferral | ReferralOutcome:
    """Take a referral back, with a reason: by the referrer's organisation or the MASH, while nothing is decided.

    A referrer alone cannot withdraw what is rated red or amber or states immediate danger: the call is then a request
    that the MASH decides (202; the status stays and `withdrawal_requested_at` is set). 409
    `withdrawal-already-requested` while one waits; after a refusal another may be made.
    """
    referral = await actions.withdraw_referral(session, actor, referral_id, sent)
    if referral.status != "withdrawn":
        response.status_code = 202
    set_etag(response, referral.version)
    return as_seen_by(actor, referral)


@router.post("/referrals/{referral_id}/withdrawal/decision")
async def decide_withdrawal(
    referral_id: UUID,
    sent: NewWithdrawalDecision,
    actor: access.CanDecideWithdrawals,
    session: Session,
    response: Response,
) -> WholeReferral:
    """Accept or refuse a referrer's request to withdraw a referral, with a reason that stays on record.

    Accepted, the referral is withdrawn; refused, it stands and waits for its decision as before. 409
    `no-withdrawal-requested` where none waits, `referral-already-decided` where the decision came first.
    """
    referral = await actions.decide_withdrawal(session, actor, referral_id, sent)
    set_etag(response, referral.version)
    return WholeReferral.model_validate(referral)
