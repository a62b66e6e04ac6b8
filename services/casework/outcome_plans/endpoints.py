"""The outcome plan's endpoints: what is to become better for a family, and how each need fares."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.cases.queries import find_family_case
from services.casework.outcome_plans import actions
from services.casework.thriving_families import queries
from services.casework.thriving_families.models import OutcomePlan
from services.casework.thriving_families.schemas import (
    NewProgress,
    NewReview,
    OutcomePlanDetails,
    OutcomePlanShown,
    ProgressShown,
    ReviewShown,
)
from shared import audit
from shared.problems import NotFound
from shared.web import AccessReason, IfMatch, Session, set_etag, topic_router

router = topic_router("thriving families")


@router.post("/families/{family_id}/outcome-plan", status_code=201)
async def agree_plan(
    family_id: UUID, sent: OutcomePlanDetails, actor: access.CanKeepOutcomes, session: Session, response: Response
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
    actor: access.CanKeepOutcomes,
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
    actor: access.CanKeepOutcomes,
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
async def review_plan(family_id: UUID, sent: NewReview, actor: access.CanKeepOutcomes, session: Session) -> ReviewShown:
    """Record a review of the plan with the wishes of child and family; the next one is due 8 weeks after `held_on`.

    409 `no-outcome-plan`, `case-closed`.
    """
    return queries.shown_review(await actions.review_plan(session, actor, family_id, sent))


@router.post("/families/{family_id}/outcome-plan/progress", status_code=201)
async def record_progress(
    family_id: UUID, sent: NewProgress, actor: access.CanKeepOutcomes, session: Session
) -> ProgressShown:
    """Write down whether a need had improved on a day, and by what it is seen; nothing is overwritten.

    A need is better from the first day on which it had improved, until a later day on which it had not. Also after the
    case is closed. 409 `no-outcome-plan`.
    """
    return ProgressShown.model_validate(await actions.record_progress(session, actor, family_id, sent))
