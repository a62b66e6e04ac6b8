"""Asking the front door for more than early help."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import require_open
from services.casework.cases.cases.models import Case
from services.casework.early_help.escalations.models import Escalation
from services.casework.early_help.escalations.schemas import NewEscalation
from services.casework.early_help.family_teams import queries as early_help
from services.casework.early_help.family_teams.rules import PARTNERS
from services.casework.record.chronology.actions import record_about_case
from services.casework.workforce.workers.models import Worker
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import EarlyHelpEscalated

OWN_SERVICE = "Family Support Service"


async def escalate(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewEscalation) -> tuple[Escalation, Case]:
    """Ask the front door for more: it makes a referral of this, received at this moment."""
    case = await early_help.find_case(session, actor, case_id, lock=True)
    require_open(case)
    child_ids = await early_help.children_of(session, case, [])
    escalation = Escalation(
        id=uuid4(),
        case_id=case.id,
        child_ids=sorted(str(each) for each in child_ids),
        concerns=sorted(set(sent.concerns)),
        narrative=sent.narrative,
        immediate_danger=sent.immediate_danger,
        consent=sent.consent and sent.consent.model_dump(),
        **await _who_escalates(session, actor, case.id),
        escalated_by=actor.subject,
        escalated_at=clock.now(),
    )
    session.add(escalation)
    facts = {"concerns": len(escalation.concerns), "immediate_danger": sent.immediate_danger}
    await record_about_case(
        session,
        case,
        "early_help_escalated",
        escalation.escalated_at,
        about_id=escalation.id,
        facts=facts,
        text=sent.narrative,
    )
    audit.record(session, actor, "early_help_escalate", "case", case.id, escalation_id=str(escalation.id))
    await outbox.record(
        session,
        EarlyHelpEscalated(
            escalation_id=escalation.id,
            case_id=case.id,
            referral_id=case.referral_id,
            family_id=case.family_id,
            child_ids=sorted(child_ids),
            immediate_danger=escalation.immediate_danger,
            escalated_at=escalation.escalated_at,
        ),
    )
    return escalation, case


async def _who_escalates(session: AsyncSession, actor: Actor, case_id: UUID) -> dict[str, str | None]:
    """As a member of the team, else as one of our own."""
    member = await early_help.present_member(session, actor, case_id)
    if member:
        own = actor.organisation if actor.has(*PARTNERS) else None
        name = member.name if member.subject or member.worker_id else (actor.name or member.name)[:100]
        return {
            "name": name,
            "role": member.role,
            "organisation": member.organisation,
            "partner_organisation": own and own[:200],
        }
    worker = await session.scalar(select(Worker).where(Worker.subject == actor.subject))
    role = worker.role if worker else min(actor.roles)
    return {
        "name": (worker.name if worker else actor.name or actor.subject)[:100],
        "role": role.replace("_", " "),
        "organisation": OWN_SERVICE,
        "partner_organisation": None,
    }


async def record_referral(session: AsyncSession, escalation_id: UUID, referral_id: UUID) -> None:
    """The front door has made a referral of an escalation."""
    escalation = await session.get(Escalation, escalation_id)
    if escalation:
        escalation.referral_id = referral_id
