"""The cases endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import cases_listed, find_case, standing_of
from services.casework.cases.cases.schemas import CaseShown, CasesQuery, CaseStanding
from services.casework.record.timescales import queries
from services.casework.record.timescales.schemas import CaseWithTimescales, TimescaleShown
from shared import audit
from shared.merged_children import surviving_ids
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("cases")


@router.get("/cases")
async def list_cases(
    query: Annotated[CasesQuery, Query()],
    actor: access.CanReadCases,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[CaseShown]:
    """Open cases with their children by name, the longest open first; `unallocated=true` are the families that wait for
    a key worker, the longest wait first.

    `status=closed` are those that were closed: for managers, because nobody holds them any more.

    `family`, `child` and `referral` are found under every id that they have or had, open or closed; a case that the
    caller may not see is not among them.

    `no_contact_for_days=28` are those with whom there has been no contact for that many days, counted from the opening
    of the case where there has been none at all. The look at the list is on record with its reason.
    """
    oldest = Case.unallocated_since if query.unallocated else Case.opened_on
    found, following = await page_of(session, await cases_listed(session, actor, query), [oldest, Case.id], query)
    await record_list_look(session, actor, "cases", [case.id for case in found], access_reason)
    answers = await surviving_ids(session, [child.child_id for case in found for child in case.children])
    return Page(items=[CaseShown.of(case, answers) for case in found], next=following)


@router.get("/cases/{case_id}")
async def get_case(
    case_id: UUID,
    actor: access.CanReadCases,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> CaseWithTimescales:
    """A family's case with its children and what falls due in it; the look is on record with its reason.

    `timescales` are those still to be done, soonest first, at most 200; `GET /v1/timescales?case=` has the others.
    """
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "case_look", "case", case.id, reason=access_reason)
    set_etag(response, case.version)
    rows = await queries.still_due_in(session, case.id)
    shown = CaseShown.of(case, await surviving_ids(session, [child.child_id for child in case.children]))
    children = await queries.children_now(session, rows)
    timescales = [TimescaleShown.of(row, children) for row in rows]
    return CaseWithTimescales(**shown.model_dump(), timescales=timescales)


@router.get("/cases/{case_id}/standing")
async def get_standing(
    case_id: UUID,
    actor: access.CanReadStandings,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> CaseStanding:
    """How a case stands now, with its key worker by name: for the front door, which asks when an event announces it.

    For services alone; the look is on record.
    """
    standing = await standing_of(session, case_id)
    audit.record(session, actor, "case_look", "case", case_id, reason=access_reason)
    set_etag(response, standing.version)
    return standing
