"""The cases endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.casework import access, codes
from services.casework.cases import queries
from services.casework.cases.models import Case
from services.casework.cases.schemas import CaseListed, CaseShown, CasesQuery
from shared import audit
from shared.access import SignedIn
from shared.paging import Page, page_of
from shared.web import AccessReason, ReadSession, Session, set_etag, topic_router

router = topic_router("cases")


@router.get("/cases")
async def list_cases(
    query: Annotated[CasesQuery, Query()], actor: access.CanSeeCases, session: ReadSession
) -> Page[CaseListed]:
    """Open cases, the longest open first; `unallocated=true` are the families that wait for a key worker."""
    found, following = await page_of(session, queries.open_cases(actor, query), [Case.opened_on, Case.id], query)
    return Page(items=[CaseListed.model_validate(case) for case in found], next=following)


@router.get("/cases/{case_id}")
async def get_case(
    case_id: UUID,
    actor: access.CanSeeCases,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> CaseShown:
    """A family's case with its children; the look is on record with its reason."""
    case = await queries.find_case(session, actor, case_id)
    audit.record(session, actor, "case_look", "case", case.id, reason=access_reason)
    set_etag(response, case.version)
    return CaseShown.of(case, await queries.surviving_ids(session, [child.child_id for child in case.children]))


@router.get("/codes")
async def list_codes(actor: SignedIn) -> dict[str, dict[str, str]]:
    """Every list of codes that this service takes, with the meaning of each code."""
    return {name: dict(each) for name, each in codes.ALL.items()}
