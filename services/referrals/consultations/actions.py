"""Asking for advice without naming a child, and advising."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import MASH, require_own_organisation
from services.referrals.consultations import rules
from services.referrals.consultations.models import Consultation
from services.referrals.consultations.queries import find_consultation
from services.referrals.consultations.schemas import NewAdvice, NewConsultation
from shared import audit, clock
from shared.auth import Actor
from shared.problems import FieldProblem, InvalidBody, Problem


class ImmediateHarm(Problem):
    status = 422
    code = "immediate-harm"
    title = "A child in immediate harm is not for a consultation: call 999, then make a referral"


class IdentifyingDetails(Problem):
    status = 422
    code = "identifying-details"
    title = "A consultation names nobody: leave out what may identify the child, or make a referral"


class AlreadyAdvised(Problem):
    status = 409
    code = "already-advised"
    title = "This consultation has its advice"


async def ask_for_advice(session: AsyncSession, actor: Actor, sent: NewConsultation) -> Consultation:
    """Record a question that names nobody; the MASH may record its advice with it."""
    if sent.immediate_harm:
        raise _immediate_harm()
    if sent.advice and not actor.has(*MASH):
        raise InvalidBody("/advice", "mash-only", "Only the MASH advises")
    require_own_organisation(actor, sent.organisation, "/organisation")
    _refuse_identifying(sent.organisation, question=sent.question, advice=sent.advice or "", role=sent.role)
    now = clock.now()
    consultation = Consultation(
        **sent.model_dump(exclude={"immediate_harm"}),
        asked_at=now,
        asked_by=actor.subject,
        advised_at=now if sent.advice else None,
        advised_by=actor.subject if sent.advice else None,
    )
    session.add(consultation)
    # Its id and its version are made as it is written; the audit and the response show them.
    await session.flush()
    audit.record(session, actor, "consultation_ask", "consultation", consultation.id, concerns=sent.concerns)
    return consultation


async def advise(session: AsyncSession, actor: Actor, consultation_id: UUID, sent: NewAdvice) -> Consultation:
    consultation = await find_consultation(session, actor, consultation_id, lock=True)
    if consultation.advised_at:
        raise AlreadyAdvised
    _refuse_identifying(consultation.organisation, advice=sent.advice)
    consultation.advice, consultation.refer = sent.advice, sent.refer
    consultation.advised_at, consultation.advised_by = clock.now(), actor.subject
    # Its new version is made as it is written; the response shows it.
    await session.flush()
    audit.record(session, actor, "consultation_advise", "consultation", consultation.id, refer=sent.refer)
    return consultation


def _immediate_harm() -> ImmediateHarm:
    message = "Where a child is in immediate harm make a referral"
    return ImmediateHarm(
        "Call 999 now. Then make a referral with immediate_danger: POST /referrals/v1/referrals.",
        errors=[FieldProblem(field="/immediate_harm", code="immediate-harm", message=message)],
        make_referral="/referrals/v1/referrals",
    )


def _refuse_identifying(organisation: str, *, role: str = "", **texts: str) -> None:
    found = [(field, kind) for field, text in texts.items() for kind in rules.identifying_in(text, organisation)]
    # Every word of a job's title or of an organisation has a capital letter: names cannot be recognised there.
    found += [("role", kind) for kind in rules.numbers_in(role)]
    found += [("organisation", kind) for kind in rules.numbers_in(organisation)]
    if found:
        raise IdentifyingDetails(
            errors=[
                FieldProblem(field=f"/{field}", code=f"identifying-{kind}", message=rules.RULES[kind])
                for field, kind in found
            ]
        )
