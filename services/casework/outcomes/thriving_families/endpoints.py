"""The Thriving Families endpoints: eligibility, outcome plan, progress."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import family_ids_before, find_family_case
from services.casework.outcomes.outcome_claims import queries as claims
from services.casework.outcomes.outcome_claims.schemas import ClaimObstacleShown, ClaimShown
from services.casework.outcomes.stars.queries import movements_in
from services.casework.outcomes.stars.schemas import MovementShown
from services.casework.outcomes.thriving_families import actions, queries
from services.casework.outcomes.thriving_families.models import OutcomePlan
from services.casework.outcomes.thriving_families.schemas import (
    AssessmentShown,
    FamilyShown,
    NewAssessment,
    NewPlanReview,
    NewProgress,
    OutcomePlanDetails,
    OutcomePlanShown,
    PlanReviewShown,
    ProgressShown,
)
from shared import audit
from shared.problems import NotFound
from shared.web import AccessReason, IfMatch, Session, set_etag, topic_router

router = topic_router("thriving families")

ASSESSMENTS_SHOWN = 200


@router.post("/families/{family_id}/thriving-families", status_code=201)
async def assess_family(
    family_id: UUID, sent: NewAssessment, actor: access.CanRecordOutcomes, session: Session
) -> AssessmentShown:
    """Assess a family's needs by the criteria of Thriving Families, and record what was found and why.

    `needs` are codes of a referral's needs. 2012 wants 2 of 3 criteria, 2015 wants 2 of 6, 2022 wants 3 of 10; by
    default the version that is in force on `assessed_on`. Several needs may meet one criterion, which counts once; one
    for which the version has no criterion stands in `not_counted`. Of several assessments the latest holds.
    """
    return AssessmentShown.model_validate(await actions.assess_family(session, actor, family_id, sent))


@router.get("/families/{family_id}/thriving-families")
async def get_family(
    family_id: UUID, actor: access.CanReadOutcomes, session: Session, access_reason: AccessReason = None
) -> FamilyShown:
    """Everything about a family's part in it: assessments, the outcome plan, what the stars show, the claim.

    `obstacle` is what stands against a claim today, by the code that the claim would be refused with. The look is on
    record.
    """
    case = await find_family_case(session, actor, family_id)
    audit.record(session, actor, "thriving_families_look", "family", case.family_id, reason=access_reason)
    return await _family(session, case)


async def _family(session: Session, case: Case) -> FamilyShown:
    family_ids = await family_ids_before(session, case)
    assessments = await session.scalars(queries.assessments_of(family_ids).limit(ASSESSMENTS_SHOWN))
    basis = await claims.basis_of(session, case)
    claim = await claims.claim_of(session, case)
    return FamilyShown(
        family_id=case.family_id,
        assessments=[AssessmentShown.model_validate(each) for each in assessments],
        plan=await queries.shown_plan(session, basis.plan) if basis.plan else None,
        stars=MovementShown.each(await movements_in(session, family_ids)),
        claim=ClaimShown.model_validate(claim) if claim and claim.family_id == case.family_id else None,
        obstacle=basis.obstacle and ClaimObstacleShown.model_validate(basis.obstacle),
    )


@router.post("/families/{family_id}/outcome-plan", status_code=201)
async def agree_plan(
    family_id: UUID, sent: OutcomePlanDetails, actor: access.CanRecordOutcomes, session: Session, response: Response
) -> OutcomePlanShown:
    """Agree the outcome plan: a goal for each need of the latest assessment, and what child and family wish.

    Its first review is due in 8 weeks. 409 `not-eligible` where the latest assessment found so, or there is none;
    `outcome-plan-exists`; `case-closed`.
    """
    return await _shown(session, response, await actions.agree_plan(session, actor, family_id, sent))


@router.put("/families/{family_id}/outcome-plan")
async def change_plan(
    family_id: UUID,
    sent: OutcomePlanDetails,
    if_match: IfMatch,
    actor: access.CanRecordOutcomes,
    session: Session,
    response: Response,
) -> OutcomePlanShown:
    """Replace goals and wishes; the plan then rests on the latest assessment, and progress stays. Needs `If-Match`.

    409 `no-outcome-plan`, `not-eligible`, `case-closed`.
    """
    return await _shown(session, response, await actions.change_plan(session, actor, family_id, if_match, sent))


@router.get("/families/{family_id}/outcome-plan")
async def get_plan(
    family_id: UUID,
    actor: access.CanReadOutcomes,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> OutcomePlanShown:
    """The family's latest outcome plan with its reviews and how each need fares; the look is on record."""
    case = await find_family_case(session, actor, family_id)
    audit.record(session, actor, "outcome_plan_look", "family", case.family_id, reason=access_reason)
    plan = await queries.plan_of(session, await family_ids_before(session, case))
    if plan is None:
        raise NotFound
    return await _shown(session, response, plan)


async def _shown(session: Session, response: Response, plan: OutcomePlan) -> OutcomePlanShown:
    set_etag(response, plan.version)
    return await queries.shown_plan(session, plan)


@router.post("/families/{family_id}/outcome-plan/reviews", status_code=201)
async def review_plan(
    family_id: UUID, sent: NewPlanReview, actor: access.CanRecordOutcomes, session: Session
) -> PlanReviewShown:
    """Record a review of the plan with the wishes of child and family; the next one is due 8 weeks after `held_on`.

    409 `no-outcome-plan`, `case-closed`.
    """
    return queries.shown_review(await actions.review_plan(session, actor, family_id, sent))


@router.post("/families/{family_id}/outcome-plan/progress", status_code=201)
async def record_progress(
    family_id: UUID, sent: NewProgress, actor: access.CanRecordOutcomes, session: Session
) -> ProgressShown:
    """Write down whether a need had improved on a day, and by what it is seen; nothing is overwritten.

    A need is better from the first day on which it had improved, until a later day on which it had not. Also after the
    case is closed. 409 `no-outcome-plan`.
    """
    return ProgressShown.model_validate(await actions.record_progress(session, actor, family_id, sent))
