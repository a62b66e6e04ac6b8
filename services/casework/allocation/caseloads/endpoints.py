"""The caseloads endpoints: now, on a past day, and from week to week."""

from typing import Annotated

from fastapi import Query

from services.casework import access
from services.casework.allocation.caseloads import queries, rules
from services.casework.allocation.caseloads.queries import spread_of, waiting
from services.casework.allocation.caseloads.rules import Amounts, after, ends_of_weeks, levels, mean, total
from services.casework.allocation.caseloads.schemas import (
    Caseloads,
    CaseloadsQuery,
    CaseloadTrend,
    CaseloadTrendQuery,
    WeekOfCaseloads,
)
from services.casework.allocation.ceilings.queries import ceiling_in_force, ceilings_ever
from services.casework.allocation.ceilings.rules import ceiling_before, ceiling_of, utilisation
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


@router.get("/caseloads/trend")
async def show_trend(
    query: Annotated[CaseloadTrendQuery, Query()], actor: access.CanReadCaseloads, session: ReadSession
) -> CaseloadTrend:
    """How caseloads stood at the end of each week, on Sunday, over at most 104 weeks; the last one is today.

    Each week is what `GET /v1/caseloads?as_at=` answers for its last day.
    """
    today = clock.today()
    days = ends_of_weeks(today, query.weeks)
    changes = [change async for change in queries.changes(session, actor, query, days[0], today)]
    now = total(await spread_of(session, actor, query, None))
    unallocated, _ = await waiting(session, actor, query, None)
    held = [*levels(changes, days[:-1]), Amounts(now.workers, now.fte, now.children, now.families, unallocated)]
    ever = await ceilings_ever(session)
    items = []
    for day, amounts in zip(days, held, strict=True):
        ceiling = ceiling_of(ceiling_before(after(day), ever).children, amounts.fte)
        items.append(
            WeekOfCaseloads(
                as_at=day,
                **vars(amounts),
                mean=mean(amounts.children, amounts.workers),
                ceiling=ceiling,
                utilisation=utilisation(amounts.children, ceiling),
            )
        )
    return CaseloadTrend(items=items)
