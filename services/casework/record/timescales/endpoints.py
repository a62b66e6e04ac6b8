"""The timescales endpoints: what falls due, over families and in one of them."""

from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import joinedload

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_named, visible_to
from services.casework.record.timescales import queries, rules
from services.casework.record.timescales.models import Timescale
from services.casework.record.timescales.schemas import Clocks, ClockShown, TimescaleListed, TimescalesQuery
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("timescales")


@router.get("/clocks")
async def list_clocks(actor: access.CanReadTimescales) -> Clocks:
    """Every clock: how long after what each step is due, since when, by which source, and whether a local default.

    The day on which a clock starts is never counted, and the due day is in time to its end in London. Working days are
    England's. A clock of hours is due on the day on which the last of them ends.
    """
    return Clocks(items=[ClockShown.model_validate(each) for each in rules.CLOCKS])


@router.get("/timescales")
async def list_timescales(
    query: Annotated[TimescalesQuery, Query()],
    actor: access.CanReadTimescales,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[TimescaleListed]:
    """What falls due in the families that the caller may see, soonest first; days are London's.

    By default everything of open cases that is still to be done, late or not. `within_days=7` is what is due by the
    end of the seventh day from today, the overdue with it; `overdue=true` or `false` keeps one of the two apart.
    `status` is `due` (to the end of the due day), `overdue`, `met` or `met_late`, the last two also of closed cases.
    `worker`, `team` and `area` are those of the family now. The look at the list, which
    names the children, is on record.
    """
    rows = queries.list_for(actor, query).options(joinedload(Timescale.case).joinedload(Case.key_worker))
    found, following = await page_of(session, rows, [Timescale.due_on, Timescale.id], query)
    children = await queries.children_now(session, found)
    named = await children_named(session, visible_to(actor), [row.case_id for row in found])
    await record_list_look(session, actor, "timescales", named, access_reason)
    items = [TimescaleListed.listed(row, children, named.get(row.case_id, [])) for row in found]
    return Page(items=items, next=following)
