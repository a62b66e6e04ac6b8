"""Reads of escalations, filtered by what the actor may see."""

from uuid import UUID

from sqlalchemy import Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.early_help.escalations.models import Escalation
from services.casework.early_help.family_teams.queries import visible_to
from shared.auth import Actor, Role
from shared.problems import NotFound


def escalations_of(case_id: UUID) -> Select[Escalation]:
    return select(Escalation).where(Escalation.case_id == case_id)


async def find_escalation(session: AsyncSession, actor: Actor, escalation_id: UUID) -> tuple[Escalation, Case]:
    """For the front door, and for whoever may see the team; raises NotFound to anybody else."""
    seen = true() if actor.has(Role.SERVICE) else visible_to(actor)
    found = select(Escalation, Case).join(Case, Case.id == Escalation.case_id)
    row = (await session.execute(found.where(Escalation.id == escalation_id, seen))).one_or_none()
    if row is None:
        raise NotFound("escalation", escalation_id)
    return row.Escalation, row.Case
