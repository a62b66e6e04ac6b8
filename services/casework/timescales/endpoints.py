"""The timescales endpoints: what falls due, over families and in one of them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.orm import joinedload

from services.casework import access
from services.casework.cases.queries import find_case, surviving_ids
from services.casework.cases.schemas import CaseShown
from services.casework.timescales import queries
from services.casework.timescales.models import Timescale
from services.casework.timescales.schemas import (
    CaseWithTimescales,
    TimescaleListed,
    TimescaleShown,
    TimescalesQuery,
)
from shared import audit
from shared.paging import Page, page_of
from shared.web import AccessReason, ReadSession, Session, set_etag, topic_router

router = topic_router("timescales")


@router.get("/timescales")
async def list_timescales(
    query: Annotated[TimescalesQuery, Query()], actor: access.CanSeeCases, session: ReadSession
) -> Page[TimescaleListed]:
    """What falls due in the families that the caller may see, soonest first; days are London's.

    By default everything of open cases that is still to be done, late or not. `within_days=7` is what is due by the
    end of the seventh day from today, the overdue with it; `overdue=true` or `false` keeps one of the two apart.
    `status` is `due` (to the end of the due day), `overdue`, `met` or `met_late`, the last two also of closed cases.
    `worker`, `team` and `area` are those of the family now.
    """
    rows = queries.list_for(actor, query).options(joinedload(Timescale.case))
    found, following = await page_of(session, rows, [Timescale.due_on, Timescale.id], query)
    children = await queries.children_now(session, found)
    return Page(items=[TimescaleListed.of(row, children) for row in found], next=following)


@router.get("/cases/{case_id}", tags=["cases"])
async def get_case(
    case_id: UUID,
    actor: access.CanSeeCases,
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
