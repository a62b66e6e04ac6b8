"""Recording what a link worker did."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import require_open
from services.casework.early_help.family_teams import queries
from services.casework.early_help.family_teams.actions import put_on_record, recorded
from services.casework.early_help.link_worker_support.models import LinkWorkerSupport
from services.casework.early_help.link_worker_support.schemas import NewSupport
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from shared.auth import Actor


async def record_support(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewSupport) -> LinkWorkerSupport:
    """Keep what the link worker did for those around a family, also while there is no team yet."""
    case = await queries.find_case(session, actor, case_id, lock=True)
    require_open(case)
    given_on = past_day("/given_on", sent.given_on, case.opened_on, "The case was not open then")
    support = LinkWorkerSupport(case_id=case.id, **{**sent.model_dump(), "given_on": given_on}, **recorded(actor))
    session.add(support)
    await session.flush()
    facts = {"kind": sent.kind}
    await record_about_case(
        session, case, "link_worker_supported", given_on, about_id=support.id, facts=facts, text=sent.text
    )
    put_on_record(session, actor, case, "link_worker_support", kind=sent.kind)
    return support
