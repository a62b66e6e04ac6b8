"""Reads of Thriving Families; whoever asks has been let see the family."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.outcomes.thriving_families.models import (
    Assessment,
    NeedProgress,
    OutcomePlan,
    OutcomePlanReview,
)
from services.casework.outcomes.thriving_families.rules import (
    improved_since,
    next_review_due,
)
from services.casework.outcomes.thriving_families.schemas import (
    NeedShown,
    OutcomePlanShown,
    PlanReviewShown,
    ProgressShown,
)


async def latest_assessment(session: AsyncSession, family_ids: Collection[UUID]) -> Assessment | None:
    """The one that holds."""
    return (await session.scalars(assessments_of(family_ids).limit(1))).first()


def assessments_of(family_ids: Collection[UUID]) -> Select[Assessment]:
    """Newest first."""
    newest_first = (Assessment.assessed_on.desc(), Assessment.recorded_at.desc())
    return select(Assessment).where(Assessment.family_id.in_(family_ids)).order_by(*newest_first)


async def plan_of(session: AsyncSession, family_ids: Collection[UUID]) -> OutcomePlan | None:
    """The family's outcome plan: of several cases that of the last."""
    plans = select(OutcomePlan).where(OutcomePlan.family_id.in_(family_ids)).order_by(OutcomePlan.recorded_at.desc())
    return (await session.scalars(plans.limit(1))).first()


async def plan_in(session: AsyncSession, case: Case) -> OutcomePlan | None:
    """The outcome plan of this case."""
    return (await session.scalars(select(OutcomePlan).where(OutcomePlan.case_id == case.id))).one_or_none()


async def reviews_of(session: AsyncSession, plan: OutcomePlan) -> Sequence[OutcomePlanReview]:
    """Newest first."""
    newest_first = (OutcomePlanReview.held_on.desc(), OutcomePlanReview.recorded_at.desc())
    reviews = select(OutcomePlanReview).where(OutcomePlanReview.plan_id == plan.id).order_by(*newest_first)
    return (await session.scalars(reviews)).all()


async def progress_of(session: AsyncSession, plan: OutcomePlan) -> Sequence[NeedProgress]:
    """Oldest first."""
    oldest_first = (NeedProgress.seen_on, NeedProgress.recorded_at)
    seen = select(NeedProgress).where(NeedProgress.plan_id == plan.id).order_by(*oldest_first)
    return (await session.scalars(seen)).all()


async def shown_plan(session: AsyncSession, plan: OutcomePlan) -> OutcomePlanShown:
    seen, reviews = await progress_of(session, plan), await reviews_of(session, plan)
    assessed_by_version = select(Assessment.criteria_version).where(Assessment.id == plan.assessment_id)
    needs = []
    for goal in plan.goals:
        of_need = [each for each in seen if each.need == goal["need"]]
        since = improved_since((each.seen_on, each.improved) for each in of_need)
        progress = [ProgressShown.model_validate(each) for each in of_need]
        needs.append(NeedShown(**goal, improved_since=since, progress=progress))
    return OutcomePlanShown(
        id=plan.id,
        family_id=plan.family_id,
        case_id=plan.case_id,
        assessment_id=plan.assessment_id,
        version=(await session.scalars(assessed_by_version)).one(),
        agreed_on=plan.agreed_on,
        wishes_of_child=plan.wishes_of_child,
        wishes_of_family=plan.wishes_of_family,
        agreed_by=plan.agreed_by,
        needs=needs,
        reviews=[shown_review(review) for review in reviews],
        next_review_due_on=next_review_due(reviews[0].held_on if reviews else plan.agreed_on),
    )


def shown_review(review: OutcomePlanReview) -> PlanReviewShown:
    return PlanReviewShown(
        id=review.id,
        held_on=review.held_on,
        wishes_of_child=review.wishes_of_child,
        wishes_of_family=review.wishes_of_family,
        notes=review.notes,
        held_by=review.held_by,
        next_due_on=next_review_due(review.held_on),
    )
