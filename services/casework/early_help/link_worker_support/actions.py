"""Recording what a link worker did."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import require_open
from services.casework.early_help.family_teams import queries
from services.casework.early_help.family_teams.actions import recorded_now_by
from services.casework.early_help.link_worker_support.models import LinkWorkerSupport
from services.casework.early_help.link_worker_support.schemas import NewSupport
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from shared import audit
from shared.auth import Actor


async def record_support(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewSupport) -> LinkWorkerSupport:
    """Record what the link worker did for those around a family, also while there is no team yet."""
    case = await queries.find_case(session, actor, case_id, lock=True)
    require_open(case)
    given_on = past_day("/given_on", sent.given_on, case.opened_on, "The case was not open then")
    support = LinkWorkerSupport(
        id=uuid4(), case_id=case.id, **{**sent.model_dump(), "given_on": given_on}, **recorded_now_by(actor)
    )
    session.add(support)
    facts = {"kind": sent.kind}
    await record_about_case(
        session, case, "link_worker_supported", given_on, about_id=support.id, facts=facts, text=sent.text
    )
    audit.record(session, actor, "link_worker_support", "case", case.id, kind=sent.kind)
    return support
