"""The caseload endpoints."""

from typing import Annotated

from fastapi import Query

from services.casework import access
from services.casework.caseloads import queries
from services.casework.caseloads.schemas import Caseloads, CaseloadsQuery
from services.casework.ceilings.queries import ceiling_in_force
from shared.web import ReadSession, topic_router

router = topic_router("caseloads")


@router.get("/caseloads")
async def list_caseloads(
    query: Annotated[CaseloadsQuery, Query()], actor: access.CanSeeCaseloads, session: ReadSession
) -> Caseloads:
    """What key workers, teams, areas or the county hold now, in children and families, against the ceiling in force.

    `by=worker` is paged by name; `summary` is over everything asked for. A manager sees the area and team that the role
    is for.
    """
    ceiling = await ceiling_in_force(session)
    summary = await queries.summarise(session, actor, query, ceiling)
    if query.by == "worker":
        items, following = await queries.caseloads_by_worker(session, actor, query, ceiling)
    else:
        items, following = await queries.caseloads_by_group(session, actor, query, ceiling), None
    return Caseloads(items=items, next=following, summary=summary)
