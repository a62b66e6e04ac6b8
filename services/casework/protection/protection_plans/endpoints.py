"""The protection plans endpoints: the manager's list, its figures, and plans that no conference here begins or ends."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.orm import selectinload

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_named, visible_to
from services.casework.cases.cases.schemas import KeyWorker
from services.casework.protection.protection_plans import actions, queries
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.protection_plans.schemas import (
    FiguresQuery,
    PlanEnding,
    PlanFigures,
    PlanFromElsewhere,
    PlanListed,
    PlanShown,
    PlansQuery,
)
from shared import audit
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("protection plans")


@router.get("/protection-plans")
async def list_plans(
    query: Annotated[PlansQuery, Query()],
    actor: access.CanReadProtection,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[PlanListed]:
    """The protection plans in force of the families that the caller may see, the longest first.

    `open=false`: those that ended. `worker`, `team` and `area` are those of the family now; `longer_than_days=730`
    keeps those that last for more than two years. The look at the list, which names the children, is on record.
    """
    rows = queries.listed(actor, query).options(selectinload(ProtectionPlan.case).selectinload(Case.key_worker))
    found, following = await page_of(session, rows, [ProtectionPlan.started_on, ProtectionPlan.id], query)
    named = await children_named(session, visible_to(actor), [plan.case_id for plan in found])
    await record_list_look(session, actor, "protection_plans", named, access_reason)
    names = {child.child_id: child for children in named.values() for child in children}
    items = [
        PlanListed(
            **plan.model_dump(),
            **names[plan.child_id].model_dump(exclude={"child_id"}),
            area=row.case.area,
            team=row.case.team,
            key_worker=row.case.key_worker and KeyWorker.model_validate(row.case.key_worker),
        )
        for row, plan in zip(found, await queries.shown(session, found), strict=True)
    ]
    return Page(items=items, next=following)


@router.get("/protection-plans/figures")
async def count_plans(
    query: Annotated[FiguresQuery, Query()], actor: access.CanCountPlans, session: Session
) -> PlanFigures:
    """How many plans are in force, by category and duration, and how many are second or later ones.

    Of the families that the caller may see, so that they agree with `GET /v1/protection-plans`.
    """
    return await queries.figures(session, actor, query)


@router.get("/protection-plans/{plan_id}")
async def get_plan(
    plan_id: UUID, actor: access.CanReadProtection, session: Session, access_reason: AccessReason = None
) -> PlanShown:
    """A protection plan, what is due under it, and when the child was seen last. The look is on record."""
    plan = await queries.find_plan(session, actor, plan_id)
    audit.record(session, actor, "protection_plan_look", "case", plan.case_id, reason=access_reason)
    [found] = await queries.shown(session, [plan])
    return found


@router.post("/cases/{case_id}/protection-plans", status_code=201)
async def record_plan_from_elsewhere(
    case_id: UUID, sent: PlanFromElsewhere, actor: access.CanRecordPlans, session: Session
) -> PlanShown:
    """Record a plan that another authority or an older system began; all others begin with a conference.

    With `from_authority` it is temporary, and a transfer-in conference is due within 15 working days. `last_review_on`
    and the like say what was done last before it came here: the next fall due from these. The family is on child
    protection from then on, and a child in need plan ends. 409 `protection-plan-open` (8935), `front-door-decides`,
    `case-closed`; 422 `out-of-order` before the end of the child's plan before it (8940), `before-birth` more than 40
    weeks before it (8606), `adult` of a person of 18 or older.
    """
    [found] = await queries.shown(session, [await actions.record_plan_from_elsewhere(session, actor, case_id, sent)])
    return found


@router.post("/protection-plans/{plan_id}/ending")
async def end_plan_elsewhere(
    plan_id: UUID, sent: PlanEnding, actor: access.CanRecordPlans, session: Session
) -> PlanShown:
    """End a plan that no conference ends here: the child was handed over to another authority, died, or is an adult.

    409 `protection-plan-ended`; 422 `out-of-order` on the day on which it began (8840), or before what was done
    under it; `not-18` where `turned_18` is the reason and the child is younger on that day.
    """
    [found] = await queries.shown(session, [await actions.end_plan_elsewhere(session, actor, plan_id, sent)])
    return found
