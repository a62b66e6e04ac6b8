"""The trend endpoint."""

from typing import Annotated

from fastapi import Query

from services.casework import access
from services.casework.caseloads.queries import spread_of, waiting
from services.casework.caseloads.rules import after, mean, total
from services.casework.ceilings.queries import ceilings_ever
from services.casework.ceilings.rules import ceiling_before, ceiling_of, utilisation
from services.casework.trends import queries
from services.casework.trends.rules import Amounts, ends_of_weeks, levels
from services.casework.trends.schemas import Trend, TrendQuery, WeekOfCaseloads
from shared import clock
from shared.web import ReadSession, topic_router

router = topic_router("caseloads")


@router.get("/caseloads/trend")
async def show_trend(
    query: Annotated[TrendQuery, Query()], actor: access.CanSeeCaseloads, session: ReadSession
) -> Trend:
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
    return Trend(items=items)
