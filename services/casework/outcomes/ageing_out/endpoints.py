"""The ageing out endpoints."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import Query

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.outcomes.ageing_out import queries
from services.casework.outcomes.ageing_out.models import ChildAtAge
from services.casework.outcomes.ageing_out.rules import AT_MOST_AHEAD_MONTHS, ahead
from services.casework.outcomes.ageing_out.schemas import AgeingOut, AgeingOutQuery
from shared import clock
from shared.paging import Page, page_of
from shared.problems import InvalidBody
from shared.web import AccessReason, Session, topic_router

router = topic_router("ageing out")


def _last_day(query: AgeingOutQuery, today: date) -> date:
    if query.by and query.within_days is not None:
        raise InvalidBody("/within_days", "one-of-two", "Give the last day or how many days ahead, not both")
    if query.within_days is not None:
        return today + timedelta(days=query.within_days)
    if query.by and not today <= query.by <= ahead(today, AT_MOST_AHEAD_MONTHS):
        raise InvalidBody("/by", "not-ahead", f"From today to {AT_MOST_AHEAD_MONTHS} months ahead")
    return query.by or ahead(today)


@router.get("/ageing-out")
async def list_ageing_out(
    query: Annotated[AgeingOutQuery, Query()],
    actor: access.CanReadAgeingOut,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[AgeingOut]:
    """The young people of open cases who reach 18, 20 or 26 from today until 6 months ahead, the next birthday first.

    Months are calendar months, to the last day of a shorter one; `by` or `within_days` ask for other days, at most 24
    months ahead. 18: an adult. 20: past the service's 0 to 19; 26: past its 25 years with additional needs;
    `service_ends` is true where the service is not for this young person any more. Who is born on 29 February reaches
    an age on 1 March in other years. An unborn child, or one whose birthday is not known, is not here.
    The look at the list is on record where it names the young people.
    """
    today = clock.today()
    rows = await queries.reaching(session, actor, query, today, _last_day(query, today))
    keys = [ChildAtAge.order, ChildAtAge.case_id, ChildAtAge.child_id]
    found, following = await page_of(session, rows, keys, query)
    items = await queries.show(session, actor, found)
    await record_list_look(session, actor, "ageing_out", [each.case_id for each in items if each.child], access_reason)
    return Page(items=items, next=following)
