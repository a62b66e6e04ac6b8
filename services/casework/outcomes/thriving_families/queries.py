"""Reads of Thriving Families; whoever asks has been let see the family."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import family_ids_of, is_of, visible_to
from services.casework.outcomes.stars.queries import movements_in
from services.casework.outcomes.stars.schemas import MovementShown
from services.casework.outcomes.thriving_families.models import (
    Assessment,
    NeedProgress,
    OutcomeClaim,
    OutcomePlan,
    OutcomePlanReview,
)
from services.casework.outcomes.thriving_families.rules import (
    VERSIONS,
    Obstacle,
    Outcome,
    Version,
    improved_since,
    next_review_due,
    obstacle_to_claim,
)
from services.casework.outcomes.thriving_families.schemas import (
    AssessmentShown,
    ClaimShown,
    ClaimsQuery,
    FamilyShown,
    NeedShown,
    ObstacleShown,
    OutcomePlanShown,
    ProgressShown,
    ReviewShown,
)
from shared import clock
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.paging import page_of

LATEST_SHOWN = 200


async def latest_assessment(session: AsyncSession, family_id: UUID) -> Assessment | None:
    """The one that holds."""
    return (await session.scalars(_assessments_of(family_id).limit(1))).first()


def _assessments_of(family_id: UUID) -> Select[Assessment]:
    newest_first = (Assessment.assessed_on.desc(), Assessment.recorded_at.desc())
    return select(Assessment).where(Assessment.family_id == family_id).order_by(*newest_first)


async def plan_of(session: AsyncSession, family_id: UUID) -> OutcomePlan | None:
    """The family's outcome plan: of several cases that of the last."""
    plans = select(OutcomePlan).where(OutcomePlan.family_id == family_id).order_by(OutcomePlan.recorded_at.desc())
    return (await session.scalars(plans.limit(1))).first()


async def plan_in(session: AsyncSession, case: Case) -> OutcomePlan | None:
    """The outcome plan of this case."""
    return (await session.scalars(select(OutcomePlan).where(OutcomePlan.case_id == case.id))).one_or_none()


async def reviews_of(session: AsyncSession, plan: OutcomePlan) -> Sequence[OutcomePlanReview]:
    """Newest first."""
    newest_first = (OutcomePlanReview.held_on.desc(), OutcomePlanReview.recorded_at.desc())
    reviews = select(OutcomePlanReview).where(OutcomePlanReview.plan_id == plan.id).order_by(*newest_first)
    return (await session.scalars(reviews)).all()


async def _progress_of(session: AsyncSession, plan: OutcomePlan) -> Sequence[NeedProgress]:
    oldest_first = (NeedProgress.seen_on, NeedProgress.recorded_at)
    seen = select(NeedProgress).where(NeedProgress.plan_id == plan.id).order_by(*oldest_first)
    return (await session.scalars(seen)).all()


async def claim_of(session: AsyncSession, case: Case) -> OutcomeClaim | None:
    """The claim for this family, also where it was made when the index had the family under another id: one that has a
    child of this case is the same family."""
    surviving = await surviving_ids(session, [each.child_id for each in case.children])
    child_ids = await former_ids(session, surviving.values())
    claims = select(OutcomeClaim).join(Case, Case.id == OutcomeClaim.case_id)
    return (await session.scalars(claims.where(is_of(await family_ids_of(session, case), child_ids)).limit(1))).first()


@dataclass(frozen=True)
class Standing:
    """Everything that a claim rests on."""

    assessment: Assessment | None
    plan: OutcomePlan | None
    outcome: Outcome

    @property
    def version(self) -> Version:
        """The one that the family was assessed by; a family that was not is refused by every one."""
        return VERSIONS[self.assessment.criteria_version if self.assessment else "2022"]

    @property
    def obstacle(self) -> Obstacle | None:
        """What stands against a claim today."""
        return obstacle_to_claim(self.version, self.outcome, clock.today())


async def standing_of(session: AsyncSession, case: Case) -> Standing:
    """How far a family is on its way to a claim; `case` is its open one, else the one closed last."""
    assessment, plan = await latest_assessment(session, case.family_id), await plan_of(session, case.family_id)
    seen = await _progress_of(session, plan) if plan else []
    needs = frozenset(assessment.needs if assessment else ())
    since = {
        need: improved_since((each.seen_on, each.improved) for each in seen if each.need == need) for need in needs
    }
    current = plan and assessment and plan.assessment_id == assessment.id
    outcome = Outcome(
        eligible=bool(assessment and assessment.eligible),
        needs=needs,
        improved={need: day for need, day in since.items() if day},
        closed_on=case.closed_on if case.status == "closed" else None,
        plan="current" if current else "earlier" if plan else "none",
        claimed=await claim_of(session, case) is not None,
    )
    return Standing(assessment, plan, outcome)


async def shown_plan(session: AsyncSession, plan: OutcomePlan) -> OutcomePlanShown:
    seen, reviews = await _progress_of(session, plan), await reviews_of(session, plan)
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


def shown_review(review: OutcomePlanReview) -> ReviewShown:
    return ReviewShown(
        id=review.id,
        held_on=review.held_on,
        wishes_of_child=review.wishes_of_child,
        wishes_of_family=review.wishes_of_family,
        notes=review.notes,
        held_by=review.held_by,
        next_due_on=next_review_due(review.held_on),
    )


async def shown_family(session: AsyncSession, case: Case) -> FamilyShown:
    assessments = await session.scalars(_assessments_of(case.family_id).limit(LATEST_SHOWN))
    standing = await standing_of(session, case)
    claim = await claim_of(session, case)
    return FamilyShown(
        family_id=case.family_id,
        assessments=[AssessmentShown.model_validate(each) for each in assessments],
        plan=await shown_plan(session, standing.plan) if standing.plan else None,
        stars=MovementShown.each(await movements_in(session, case.family_id)),
        claim=ClaimShown.model_validate(claim) if claim and claim.family_id == case.family_id else None,
        obstacle=standing.obstacle and ObstacleShown.model_validate(standing.obstacle),
    )


async def claims_page(
    session: AsyncSession, actor: Actor, query: ClaimsQuery
) -> tuple[int, list[OutcomeClaim], str | None]:
    """How many claims there are of families that the actor may see, and a page of them."""
    rows = select(OutcomeClaim).join(Case, Case.id == OutcomeClaim.case_id).where(visible_to(actor))
    if query.area:
        rows = rows.where(OutcomeClaim.area == query.area)
    if query.version:
        rows = rows.where(OutcomeClaim.criteria_version == query.version)
    if query.from_on:
        rows = rows.where(OutcomeClaim.claimed_on >= query.from_on)
    if query.to_on:
        rows = rows.where(OutcomeClaim.claimed_on <= query.to_on)
    count = await session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    found, following = await page_of(session, rows, [OutcomeClaim.claimed_on, OutcomeClaim.id], query)
    return count, found, following
