"""Taking a referral back: by the MASH, by the referrer alone where little is at stake, else by request."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import MASH
from services.referrals.referrals.actions import (
    StepRefused,
    end_by_withdrawal,
    record_step,
    record_withdrawal_request,
    require_step,
)
from services.referrals.referrals.models import Referral
from services.referrals.referrals.queries import find_referral
from services.referrals.referrals.rules import may_be_withdrawn_by_referrer
from services.referrals.withdrawals.schemas import NewWithdrawal, NewWithdrawalDecision
from shared import clock, outbox
from shared.auth import Actor
from shared.contracts.referrals import ReferralWithdrawn


class WithdrawalAlreadyRequested(StepRefused):
    code = "withdrawal-already-requested"
    title = "A request to withdraw this referral waits for the MASH already"


class NoWithdrawalRequested(StepRefused):
    code = "no-withdrawal-requested"
    title = "No request to withdraw this referral waits"


async def withdraw_referral(session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewWithdrawal) -> Referral:
    """Take a referral back before it is decided; where the referrer alone may not, request it of the MASH."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    alone = may_be_withdrawn_by_referrer(referral.rating, referral.immediate_danger)
    if not (alone or actor.has(*MASH)):
        _request(session, actor, referral, sent.reason)
        return referral
    require_step("withdraw", referral)
    if referral.withdrawal_requested_at:
        _record_answer(actor, referral, True, sent.reason)
    await _withdraw(session, actor, referral, sent.reason)
    return referral


async def decide_withdrawal(
    session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewWithdrawalDecision
) -> Referral:
    """Accept a referrer's request, and the referral is withdrawn; or refuse it, and the referral stands."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("withdraw" if sent.accepted else "refuse_withdrawal", referral)
    if referral.withdrawal_requested_at is None:
        raise NoWithdrawalRequested(referral)
    _record_answer(actor, referral, sent.accepted, sent.reason)
    if sent.accepted:
        await _withdraw(session, actor, referral, sent.reason)
    else:
        record_step(session, actor, referral, "refuse_withdrawal", clock.now(), sent.reason)
    return referral


def _request(session: AsyncSession, actor: Actor, referral: Referral, reason: str) -> None:
    require_step("request_withdrawal", referral)
    if referral.withdrawal_requested_at:
        raise WithdrawalAlreadyRequested(referral)
    now = clock.now()
    request: dict[str, Any] = {"reason": reason, "requested_at": now.isoformat(), "requested_by": actor.subject}
    unanswered = dict.fromkeys(("accepted", "decision_reason", "decided_at", "decided_by"))
    record_withdrawal_request(referral, {**request, **unanswered})
    record_step(session, actor, referral, "request_withdrawal", now, reason)


def _record_answer(actor: Actor, referral: Referral, accepted: bool, reason: str) -> None:
    answer = {
        "accepted": accepted,
        "decision_reason": reason,
        "decided_at": clock.now().isoformat(),
        "decided_by": actor.subject,
    }
    record_withdrawal_request(referral, {**(referral.withdrawal_request or {}), **answer})


async def _withdraw(session: AsyncSession, actor: Actor, referral: Referral, reason: str) -> None:
    now = clock.now()
    end_by_withdrawal(referral)
    record_step(session, actor, referral, "withdraw", now, reason)
    await outbox.record(
        session,
        ReferralWithdrawn(
            referral_id=referral.id,
            family_id=referral.family_id,
            child_ids=[child.id for child in referral.children],
            area=referral.area,
            rating=referral.rating,
            immediate_danger=referral.immediate_danger,
            withdrawn_at=now,
        ),
    )
