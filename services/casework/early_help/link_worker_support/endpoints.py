"""The endpoints of the link worker's support."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.early_help.family_teams import queries
from services.casework.early_help.link_worker_support import actions
from services.casework.early_help.link_worker_support.models import LinkWorkerSupport
from services.casework.early_help.link_worker_support.queries import support_of
from services.casework.early_help.link_worker_support.schemas import NewSupport, SupportShown
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("link worker support")


@router.post("/cases/{case_id}/link-worker-support", status_code=201)
async def record_support(
    case_id: UUID, sent: NewSupport, actor: access.CanRecordEarlyHelp, session: Session
) -> SupportShown:
    """Record what the link worker did for those around the family, also before there is a team."""
    return SupportShown.model_validate(await actions.record_support(session, actor, case_id, sent))


@router.get("/cases/{case_id}/link-worker-support")
async def list_support(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadEarlyHelp,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[SupportShown]:
    """What the link worker did, oldest first; the look is on record."""
    case = await queries.find_case(session, actor, case_id)
    audit.record(session, actor, "link_worker_support_look", "case", case.id, reason=access_reason)
    keys = [LinkWorkerSupport.given_on, LinkWorkerSupport.id]
    found, following = await page_of(session, support_of(case.id), keys, query)
    return Page(items=[SupportShown.model_validate(each) for each in found], next=following)
