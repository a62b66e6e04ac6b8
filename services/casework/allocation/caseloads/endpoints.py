"""The caseloads endpoints: now, on a past day, and from week to week."""

from typing import Annotated

from fastapi import Query

from services.casework import access
from services.casework.allocation.caseloads import queries
from services.casework.allocation.caseloads.rules import after, ends_of_weeks
from services.casework.allocation.caseloads.schemas import (
    Caseloads,
    CaseloadsQuery,
    CaseloadTrend,
    CaseloadTrendQuery,
    WeekOfCaseloads,
)
from services.casework.allocation.ceilings.queries import ceiling_in_force, ceilings_ever
from services.casework.allocation.ceilings.rules import ceiling_before
from services.casework.allocation.ceilings.schemas import CeilingInForce
from shared import clock
from shared.problems import InvalidBody
from shared.web import ReadSession, topic_router

router = topic_router("caseloads")


@router.get("/caseloads")
async def list_caseloads(
    query: Annotated[CaseloadsQuery, Query()], actor: access.CanReadCaseloads, session: ReadSession
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
    known = ceiling_before(after(day), await ceilings_ever(session)) if day else await ceiling_in_force(session)
    ceiling = CeilingInForce.model_validate(known)
    spread = await queries.spread_of(session, actor, query, day)
    items, following = await queries.caseloads_by(session, actor, query, day, ceiling, spread)
    summary = await queries.summarise(session, actor, query, day, ceiling, spread)
    return Caseloads(as_at=day or today, items=items, next=following, summary=summary)


@router.get("/caseloads/trend")
async def show_trend(
    query: Annotated[CaseloadTrendQuery, Query()], actor: access.CanReadCaseloads, session: ReadSession
) -> CaseloadTrend:
    """How caseloads stood at the end of each week, on Sunday, over at most 104 weeks; the last one is today.

    Each week is what `GET /v1/caseloads?as_at=` answers for its last day.
    """
    days = ends_of_weeks(clock.today(), query.weeks)
    held = await queries.held_at_ends(session, actor, query, days)
    ever = await ceilings_ever(session)
    return CaseloadTrend(
        items=[
            WeekOfCaseloads.of(day, amounts, ceiling_before(after(day), ever).children)
            for day, amounts in zip(days, held, strict=True)
        ]
    )
