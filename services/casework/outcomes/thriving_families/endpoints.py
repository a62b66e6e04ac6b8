"""The Thriving Families endpoints: eligibility, outcome plan, progress, claims."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.casework import access
from services.casework.cases.cases.queries import find_family_case
from services.casework.outcomes.thriving_families import actions, queries
from services.casework.outcomes.thriving_families.models import OutcomePlan
from services.casework.outcomes.thriving_families.schemas import (
    AssessmentShown,
    Claims,
    ClaimShown,
    ClaimsQuery,
    ClaimsSummary,
    FamilyShown,
    NewAssessment,
    NewClaim,
    NewProgress,
    NewReview,
    OutcomePlanDetails,
    OutcomePlanShown,
    ProgressShown,
    ReviewShown,
)
from shared import audit
from shared.problems import NotFound
from shared.web import AccessReason, IfMatch, ReadSession, Session, set_etag, topic_router

router = topic_router("thriving families")


@router.post("/families/{family_id}/thriving-families", status_code=201)
async def assess_family(
    family_id: UUID, sent: NewAssessment, actor: access.CanRecordOutcomes, session: Session
) -> AssessmentShown:
    """Hold a family's needs against the criteria of Thriving Families, and keep what was found and why.

    `needs` are codes of a referral's needs. 2012 wants two of three criteria, 2015 two of six, 2022 three of ten; by
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
    return await queries.shown_family(session, case)


@router.post("/families/{family_id}/outcome-claims", status_code=201)
async def claim_outcome(
    family_id: UUID, sent: NewClaim, actor: access.CanClaimOutcomes, session: Session
) -> ClaimShown:
    """Claim the family's outcome, once ever, by the version that it was assessed by.

    Every need must have improved and stayed so: by 2012 and 2015 for 6 months, school attendance for 12; by 2022 for
    6 months after the case was closed. 409 `not-eligible`, `no-outcome-plan`, `outcome-plan-out-of-date`,
    `need-not-improved` with `needs`, `case-still-open`, `not-yet-sustained` with the first day in `from_on`,
    `assessed-by-other-version`, `already-claimed`.
    """
    return ClaimShown.model_validate(await actions.claim_outcome(session, actor, family_id, sent))


@router.get("/outcome-claims")
async def list_claims(
    query: Annotated[ClaimsQuery, Query()], actor: access.CanReadOutcomeClaims, session: ReadSession
) -> Claims:
    """Claims by the day on which they were made, of an area, a version, `from` and `to` a day; and how many in all."""
    count, found, following = await queries.claims_page(session, actor, query)
    items = [ClaimShown.model_validate(claim) for claim in found]
    return Claims(summary=ClaimsSummary(claims=count), items=items, next=following)


@router.post("/families/{family_id}/outcome-plan", status_code=201)
async def agree_plan(
    family_id: UUID, sent: OutcomePlanDetails, actor: access.CanRecordOutcomes, session: Session, response: Response
) -> OutcomePlanShown:
    """Agree the outcome plan: a goal for each need of the latest assessment, and what child and family wish.

    Its first review is due in 8 weeks. 409 `not-eligible` where the latest assessment says so, or there is none;
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
    plan = await queries.plan_of(session, case.family_id)
    if plan is None:
        raise NotFound
    return await _shown(session, response, plan)


async def _shown(session: Session, response: Response, plan: OutcomePlan) -> OutcomePlanShown:
    set_etag(response, plan.version)
    return await queries.shown_plan(session, plan)


@router.post("/families/{family_id}/outcome-plan/reviews", status_code=201)
async def review_plan(
    family_id: UUID, sent: NewReview, actor: access.CanRecordOutcomes, session: Session
) -> ReviewShown:
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
