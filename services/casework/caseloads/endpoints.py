"""The caseload endpoints."""

from typing import Annotated

from fastapi import Query

from services.casework import access
from services.casework.caseloads import queries, rules
from services.casework.caseloads.schemas import Caseloads, CaseloadsQuery
from services.casework.ceilings.queries import ceiling_in_force, ceilings_ever
from services.casework.ceilings.rules import ceiling_before
from services.casework.ceilings.schemas import CeilingInForce
from shared import clock
from shared.problems import InvalidBody
from shared.web import ReadSession, topic_router

router = topic_router("caseloads")


@router.get("/caseloads")
async def list_caseloads(
    query: Annotated[CaseloadsQuery, Query()], actor: access.CanSeeCaseloads, session: ReadSession
) -> Caseloads:
    """What key workers, teams, areas or the county hold, in children and families, against the ceiling in force.

    Now, or at the end of the day `as_at` (Europe/London), with the posts, the FTE and the ceiling of that day; 422
    `in-the-future` for a day to come. `by=worker` is paged by name; `summary` is over everything asked for. A manager
    sees the area and team that the role is for. Caseloads are numbers of work: they count every family, also one whose
    record is restricted.
    """
    today = clock.today()
    if query.as_at and query.as_at > today:
        raise InvalidBody("/as_at", "in-the-future", "Caseloads are known up to today")
    day = None if query.as_at == today else query.as_at
    known = ceiling_before(rules.after(day), await ceilings_ever(session)) if day else await ceiling_in_force(session)
    ceiling, following = CeilingInForce.model_validate(known), None
    spread = await queries.spread_of(session, actor, query, day)
    if query.by == "worker":
        items, following = await queries.caseloads_by_worker(session, actor, query, day, ceiling)
    elif query.by == "team":
        items = await queries.caseloads_by_team(session, actor, query, day, ceiling)
    else:
        items = await queries.caseloads_by_area(session, actor, query, day, ceiling, spread)
    summary = await queries.summarise(session, actor, query, day, ceiling, spread)
    return Caseloads(as_at=day or today, items=items, next=following, summary=summary)
