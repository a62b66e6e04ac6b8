"""The No Names Consultation endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.referrals import access
from services.referrals.consultations import actions, queries
from services.referrals.consultations.models import Consultation
from services.referrals.consultations.schemas import (
    ConsultationShown,
    ConsultationsQuery,
    NewAdvice,
    NewConsultation,
)
from shared.paging import Page, page_of
from shared.web import ReadSession, Session, set_etag, topic_router

router = topic_router("consultations")


@router.post("/consultations", status_code=201)
async def ask_for_advice(
    sent: NewConsultation, actor: access.CanAskForAdvice, session: Session, response: Response
) -> ConsultationShown:
    """Ask the MASH for advice about a child without naming the child.

    422 `immediate-harm` where a child is in immediate harm: call 999 and make a referral. 422 `identifying-details`
    where the text holds what may identify a child, naming the field and the kind: full dates, NHS numbers, unique pupil
    numbers, postcodes, addresses, telephone numbers, e-mail addresses, names. That is a guard and not a proof: leave
    names out all the same. A consultation never becomes a referral by itself.
    """
    consultation = await actions.ask_for_advice(session, actor, sent)
    set_etag(response, consultation.version)
    return ConsultationShown.model_validate(consultation)


@router.get("/consultations")
async def list_consultations(
    query: Annotated[ConsultationsQuery, Query()], actor: access.CanReadConsultations, session: ReadSession
) -> Page[ConsultationShown]:
    """The caller's own consultations, for the MASH everybody's; what was asked first comes first."""
    rows = queries.list_for(actor, query.status)
    found, following = await page_of(session, rows, [Consultation.asked_at, Consultation.id], query)
    return Page(items=[ConsultationShown.model_validate(row) for row in found], next=following)


@router.get("/consultations/{consultation_id}")
async def get_consultation(
    consultation_id: UUID, actor: access.CanReadConsultations, session: ReadSession, response: Response
) -> ConsultationShown:
    """One consultation with its advice."""
    consultation = await queries.find_consultation(session, actor, consultation_id)
    set_etag(response, consultation.version)
    return ConsultationShown.model_validate(consultation)


@router.post("/consultations/{consultation_id}/advice")
async def advise(
    consultation_id: UUID, sent: NewAdvice, actor: access.CanAdvise, session: Session, response: Response
) -> ConsultationShown:
    """Advise, and state whether to make a referral; the professional makes it. Advice names nobody either.

    409 `already-advised` the second time.
    """
    consultation = await actions.advise(session, actor, consultation_id, sent)
    set_etag(response, consultation.version)
    return ConsultationShown.model_validate(consultation)
