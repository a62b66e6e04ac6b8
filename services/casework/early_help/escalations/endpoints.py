"""The escalation endpoints: those around a family ask the front door for more than early help."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.early_help.escalations import actions, queries
from services.casework.early_help.escalations.models import Escalation
from services.casework.early_help.escalations.schemas import EscalationShown, NewEscalation
from services.casework.early_help.family_teams.queries import find_case
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("escalations")


@router.post("/cases/{case_id}/escalation", status_code=201)
async def escalate(
    case_id: UUID, sent: NewEscalation, actor: access.CanEscalateCases, session: Session
) -> EscalationShown:
    """Ask the front door for more: it makes a referral of this, whose clocks run from this moment.

    For the lead professional, the other members, the key worker and managers, on every pathway. `referral_id` is there
    as soon as the front door has made it; when it is accepted, it joins this case and steps it up. 409 `case-closed`:
    what is new about the family is then a referral.
    """
    escalation, case = await actions.escalate(session, actor, case_id, sent)
    return EscalationShown.of(escalation, case)


@router.get("/cases/{case_id}/escalations")
async def list_escalations(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadEarlyHelp,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[EscalationShown]:
    """What the front door was asked about a family, oldest first; the look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "escalations_look", "case", case.id, reason=access_reason)
    keys = [Escalation.escalated_at, Escalation.id]
    found, following = await page_of(session, queries.escalations_of(case.id), keys, query)
    return Page(items=[EscalationShown.of(each, case) for each in found], next=following)


@router.get("/early-help/escalations/{escalation_id}")
async def get_escalation(
    escalation_id: UUID, actor: access.CanReadEscalations, session: Session, access_reason: AccessReason = None
) -> EscalationShown:
    """One escalation: for those around the family, and for the front door, which makes a referral of it."""
    escalation, case = await queries.find_escalation(session, actor, escalation_id)
    audit.record(session, actor, "escalation_look", "case", case.id, reason=access_reason)
    return EscalationShown.of(escalation, case)
