"""The child in need plans endpoints, and reviews of these and of Thriving Families."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.outcomes.thriving_families import actions as thriving_families
from services.casework.outcomes.thriving_families.queries import shown_review
from services.casework.outcomes.thriving_families.schemas import NewPlanReview
from services.casework.protection.need_plans import actions, queries
from services.casework.protection.need_plans.models import NeedPlan
from services.casework.protection.need_plans.schemas import (
    NeedPlanEnding,
    NeedPlanShown,
    NewNeedPlan,
    NewReview,
    ReviewShown,
)
from shared import audit
from shared.merged_children import surviving_ids
from shared.paging import Page, PageQuery, page_of
from shared.problems import InvalidBody
from shared.web import AccessReason, Session, topic_router

router = topic_router("child in need plans")


@router.post("/cases/{case_id}/need-plans", status_code=201)
async def begin_plan(
    case_id: UUID, sent: NewNeedPlan, actor: access.CanRecordNeedPlans, session: Session
) -> NeedPlanShown:
    """Begin a child in need plan for the children that are named, or for all; its first review is due in 4 weeks.

    The weeks run from the completion of the assessment before it, or else from `started_on`. The family is on child in
    need at least. 409 `on-protection-plan` (4001), `need-plan-open` (4004), `front-door-decides`, `case-closed`; 422
    `out-of-order` before the referral (4015) or before the end of the child's plan before it (4014).
    """
    return await _shown(session, await actions.begin_plan(session, actor, case_id, sent))


@router.get("/cases/{case_id}/need-plans")
async def list_plans(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadProtection,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[NeedPlanShown]:
    """The child in need plans of a case, the latest first. The look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "need_plans_look", "case", case.id, reason=access_reason)
    rows = queries.whole().where(NeedPlan.case_id == case.id)
    found, following = await page_of(session, rows, [NeedPlan.started_on, NeedPlan.id], query, descending=True)
    return Page(items=[await _shown(session, plan) for plan in found], next=following)


@router.post("/need-plans/{plan_id}/ending")
async def end_plan(
    plan_id: UUID, sent: NeedPlanEnding, actor: access.CanRecordNeedPlans, session: Session
) -> NeedPlanShown:
    """End a plan for the children that are named, or for all for whom it is in force.

    409 `need-plan-ended`; 422 `out-of-order` before it began (4011) or before its last review. A protection plan ends
    it by itself.
    """
    return await _shown(session, await actions.end_plan(session, actor, plan_id, sent))


@router.post("/cases/{case_id}/reviews", status_code=201)
async def hold_review(case_id: UUID, sent: NewReview, actor: access.CanRecordReviews, session: Session) -> ReviewShown:
    """Record a review: of child in need plans, or of the family's outcome plan of Thriving Families.

    The next review of a child in need plan is due 3 months later; with `end` the plan ends that day. 409
    `no-need-plan`, `no-outcome-plan`, `case-closed`; 422 `no-plan` for a child whose plan is not in force,
    `out-of-order` before the plan began.
    """
    if sent.kind == "thriving_families":
        return await _review_of_thriving_families(session, actor, case_id, sent)
    review = await actions.hold_review(session, actor, case_id, sent)
    due = await queries.next_due(session, [child.plan_child_id for child in review.children])
    answers = await surviving_ids(session, [child.child_id for child in review.children])
    return ReviewShown.of_need(review, answers, min(due.values(), default=None))


async def _review_of_thriving_families(
    session: Session, actor: access.CanRecordReviews, case_id: UUID, sent: NewReview
) -> ReviewShown:
    """The outcome plan is the family's, so that the review names no children and ends no plan."""
    if sent.children or sent.outcome == "end":
        place, rule = ("/children", "is about the whole family") if sent.children else ("/outcome", "ends no plan")
        raise InvalidBody(place, "not-for-this-kind", f"A review of Thriving Families {rule}")
    if sent.wishes is None:
        raise InvalidBody("/wishes", "missing", "A review of Thriving Families has the wishes of child and family")
    case = await find_case(session, actor, case_id)
    content = NewPlanReview(
        held_on=sent.held_on,
        wishes_of_child=sent.wishes.child,
        wishes_of_family=sent.wishes.family,
        notes=sent.notes,
        reason_late=sent.reason_late,
    )
    review = shown_review(await thriving_families.review_plan(session, actor, case.family_id, content))
    return ReviewShown(
        id=review.id,
        kind="thriving_families",
        held_on=review.held_on,
        children=[],
        outcome="continue",
        notes=review.notes,
        next_review_due_on=review.next_due_on,
    )


async def _shown(session: Session, plan: NeedPlan) -> NeedPlanShown:
    due = await queries.next_due(session, [child.id for child in plan.children])
    return NeedPlanShown.of(plan, await queries.children_now(session, [plan]), due)
