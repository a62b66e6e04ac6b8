"""Asking partners, recording their answers, and chasing those that are late."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.referrals.access import THE_SERVICE
from services.referrals.information_requests import rules
from services.referrals.information_requests.models import FormerAnswer, InformationRequest
from services.referrals.information_requests.queries import find_request
from services.referrals.information_requests.schemas import CorrectedAnswer, NewAnswer, NewInformationRequest
from services.referrals.referrals.actions import not_before, require_step
from services.referrals.referrals.models import Referral
from services.referrals.referrals.queries import find_referral
from shared import audit, clock
from shared.auth import Actor
from shared.organisations import organisation_key
from shared.problems import InvalidBody, Problem
from shared.web import require_version

AT_ONCE = 100


class NotAnsweredYet(Problem):
    status = 409
    code = "not-answered-yet"
    title = "There is no answer to correct yet"


class AnswerOfPartner(Problem):
    status = 403
    code = "answer-of-partner"
    title = "The partner gave this answer itself, and corrects it itself"


class AlreadyAnswered(Problem):
    status = 409
    code = "already-answered"
    title = "This information request is answered already"


class BasisWithdrawn(Problem):
    status = 409
    code = "basis-withdrawn"
    title = "The family has taken back the consent on which this request rests: the MASH asks again on another basis"


async def ask_partner(
    session: AsyncSession, actor: Actor, referral_id: UUID, sent: NewInformationRequest
) -> InformationRequest:
    """Ask a partner about the children of a referral that still waits for its decision."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    require_step("request_information", referral)
    if rules.contradicts_consent(sent.lawful_basis, (referral.consent or {}).get("given")):
        rule = "The family is on record as not having consented: name the basis that overrides it"
        raise InvalidBody("/lawful_basis", "contradicts-consent", rule)
    asked_at = sent.asked_at or clock.now()
    not_before(asked_at, referral.received_at, "/asked_at", "A partner is asked after the receipt of the referral")
    due_at = _due_by(asked_at, referral)
    request = InformationRequest(
        **sent.model_dump(exclude={"asked_at"}),
        referral=referral,
        partner_key=organisation_key(sent.partner),
        asked_at=asked_at,
        asked_by=actor.subject,
        due_at=due_at,
        chase_due_at=due_at,
        former_answers=[],
    )
    session.add(request)
    # Its id, its version and its counts are made as it is written; the audit and the response show them.
    await session.flush()
    _audit(session, actor, request, "information_request_ask", lawful_basis=sent.lawful_basis)
    return request


async def answer_request(session: AsyncSession, actor: Actor, request_id: UUID, sent: NewAnswer) -> InformationRequest:
    """Take a partner's answer, once; the MASH may write down one that came by telephone."""
    request = await find_request(session, actor, request_id, lock=True)
    if request.answered_at:
        raise AlreadyAnswered
    if request.basis_withdrawn:
        raise BasisWithdrawn
    by_partner = rules.is_of_partner(actor, request.partner)
    if sent.answered_at and by_partner:
        raise InvalidBody("/answered_at", "mash-only", "Only the MASH enters what was answered earlier")
    answered_at = sent.answered_at or clock.now()
    not_before(answered_at, request.asked_at, "/answered_at", "The answer follows the question")
    request.risk, request.summary = sent.risk, sent.summary
    request.answered_at, request.answered_by = answered_at, actor.subject
    request.recorded_by_mash, request.chase_due_at = not by_partner, None
    # Its new version is made as it is written; the response shows it.
    await session.flush()
    _audit(session, actor, request, "information_request_answer", risk=sent.risk)
    return request


async def correct_answer(
    session: AsyncSession, actor: Actor, request_id: UUID, sent: CorrectedAnswer, if_match: str
) -> InformationRequest:
    """Take a new version of an answer; the former one stays on record. What was decided by it stays as it was."""
    request = await find_request(session, actor, request_id, lock=True)
    if request.answered_at is None or request.risk is None or request.summary is None or request.answered_by is None:
        raise NotAnsweredYet
    if not (rules.is_of_partner(actor, request.partner) or request.recorded_by_mash):
        raise AnswerOfPartner
    require_version(if_match, request.version)
    now = clock.now()
    former = FormerAnswer(
        number=len(request.former_answers) + 1,
        risk=request.risk,
        summary=request.summary,
        answered_at=request.answered_at,
        answered_by=request.answered_by,
        replaced_at=now,
        reason=sent.reason,
    )
    request.former_answers.append(former)
    request.risk, request.summary = sent.risk, sent.summary
    request.answered_at, request.answered_by = now, actor.subject
    request.recorded_by_mash = not rules.is_of_partner(actor, request.partner)
    # Its new version is made as it is written; the response shows it.
    await session.flush()
    _audit(session, actor, request, "information_request_correct", risk=sent.risk)
    return request


async def chase_late_answers(session: AsyncSession) -> int:
    """Chase some of the requests whose answer is late; returns how many were looked at."""
    now = clock.now()
    due = await session.scalars(
        select(InformationRequest)
        .where(InformationRequest.chase_due_at <= now)
        .order_by(InformationRequest.chase_due_at)
        .limit(AT_ONCE)
        .options(selectinload(InformationRequest.referral))
        .with_for_update()
    )
    requests = due.all()
    for request in requests:
        if request.status == "lapsed" or request.basis_withdrawn:
            continue
        request.chased_count += 1
        request.last_chased_at, request.chase_due_at = now, now + rules.CHASED_EVERY
        _audit(session, THE_SERVICE, request, "information_request_chase", count=request.chased_count)
    # Nothing that is shown of those changes, so that they have no new version.
    done = [request.id for request in requests if request.status == "lapsed" or request.basis_withdrawn]
    await session.execute(update(InformationRequest).where(InformationRequest.id.in_(done)).values(chase_due_at=None))
    return len(requests)


async def bring_answers_forward(session: AsyncSession) -> int:
    """Where a rating set the decision earlier, set the answers that it waits for earlier too; returns how many."""
    late_for_the_decision = await session.scalars(
        select(InformationRequest)
        .join(Referral, Referral.id == InformationRequest.referral_id)
        .where(
            InformationRequest.chase_due_at.is_not(None),
            InformationRequest.due_at > Referral.decision_due_at,
            InformationRequest.due_at > InformationRequest.asked_at,
        )
        .order_by(InformationRequest.due_at)
        .limit(AT_ONCE)
        .options(selectinload(InformationRequest.referral))
        .with_for_update(of=InformationRequest)
    )
    requests = late_for_the_decision.all()
    for request in requests:
        referral = request.referral
        request.due_at = _due_by(request.asked_at, referral)
        request.chase_due_at = request.chase_due_at if request.last_chased_at else request.due_at
        _audit(session, THE_SERVICE, request, "information_request_bring_forward")
    return len(requests)


def _due_by(asked_at: datetime, referral: Referral) -> datetime:
    return rules.answer_due_by(asked_at, referral.rating, referral.immediate_danger, referral.decision_due_at)


def _audit(session: AsyncSession, actor: Actor, request: InformationRequest, action: str, **facts: Any) -> None:
    facts = {"referral_id": str(request.referral_id), "due_at": request.due_at.isoformat(), **facts}
    audit.record(session, actor, action, "information_request", request.id, **facts)
