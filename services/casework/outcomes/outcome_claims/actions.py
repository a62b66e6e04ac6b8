"""Claiming for the outcome of a family, once."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import find_family_case
from services.casework.outcomes.outcome_claims.models import OutcomeClaim
from services.casework.outcomes.outcome_claims.queries import basis_of
from services.casework.outcomes.outcome_claims.rules import ClaimObstacle, claimable_from, obstacle_to_claim
from services.casework.outcomes.outcome_claims.schemas import NewClaim
from services.casework.outcomes.thriving_families.actions import NoOutcomePlan, NotEligible
from services.casework.record.chronology.actions import record_about_case
from shared import audit, clock
from shared.auth import Actor
from shared.database import insert_into
from shared.problems import Problem


class OutcomePlanOutOfDate(Problem):
    status = 409
    code = "outcome-plan-out-of-date"
    title = (
        "The family was assessed again since the outcome plan was agreed: bring the plan up to that assessment first"
    )


class NeedNotImproved(Problem):
    status = 409
    code = "need-not-improved"
    title = "Every need that the family came with must have improved: those in `needs` have not"


class CaseStillOpen(Problem):
    status = 409
    code = "case-still-open"
    title = "By this version the improvement must also last after the case is closed, and it is open"


class NotYetSustained(Problem):
    status = 409
    code = "not-yet-sustained"
    title = "The improvement has not lasted long enough: claim on the day in `from_on` or later"


class AlreadyClaimed(Problem):
    status = 409
    code = "already-claimed"
    title = "The outcome of this family was claimed already, and it is claimed once"


class AssessedByOtherVersion(Problem):
    status = 409
    code = "assessed-by-other-version"
    title = "The family was assessed by the version in `assessed_by_version`: claim by it, or assess the family anew"


OBSTACLES: dict[str, type[Problem]] = {
    problem.code: problem
    for problem in (
        NotEligible,
        NoOutcomePlan,
        OutcomePlanOutOfDate,
        NeedNotImproved,
        CaseStillOpen,
        NotYetSustained,
        AlreadyClaimed,
    )
}


async def claim_outcome(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewClaim) -> OutcomeClaim:
    """Claim a family's outcome, once, by the rules of the version that it was assessed by."""
    case = await find_family_case(session, actor, family_id, lock=True)
    basis = await basis_of(session, case)
    claimed_on = sent.claimed_on or clock.today()
    if basis.assessment and sent.version not in (None, basis.version.name):
        raise AssessedByOtherVersion(assessed_by_version=basis.version.name)
    if obstacle := obstacle_to_claim(basis.version, basis.outcome, claimed_on):
        raise _problem_of(obstacle)
    assert basis.assessment
    assert basis.plan
    claim = {
        "id": uuid4(),
        "family_id": case.family_id,
        "case_id": case.id,
        "area": case.area,
        "criteria_version": basis.version.name,
        "assessment_id": basis.assessment.id,
        "plan_id": basis.plan.id,
        "needs": basis.assessment.needs,
        "claimed_on": claimed_on,
        "claimable_from": claimable_from(basis.version, basis.outcome),
        "claimed_by": actor.subject,
        "recorded_at": clock.now(),
    }
    return await _keep_claim(session, actor, case, claim)


async def _keep_claim(session: AsyncSession, actor: Actor, case: Case, claim: dict[str, Any]) -> OutcomeClaim:
    """A family may have two cases, which two people see: the one claim is kept by the family's own key."""
    kept = insert_into(session, OutcomeClaim).values(**claim).on_conflict_do_nothing(index_elements=["family_id"])
    if (await session.scalar(kept.returning(OutcomeClaim.id))) is None:
        raise AlreadyClaimed
    facts = {"version": claim["criteria_version"], "needs": claim["needs"]}
    claimed_on = claim["claimed_on"]
    await record_about_case(session, case, "outcome_claimed", claimed_on, about_id=claim["id"], facts=facts)
    audit.record(session, actor, "outcome_claim", "family", case.family_id, claim_id=str(claim["id"]), **facts)
    return await session.get_one(OutcomeClaim, claim["id"])


def _problem_of(obstacle: ClaimObstacle) -> Problem:
    facts: dict[str, Any] = {}
    if obstacle.needs:
        facts["needs"] = list(obstacle.needs)
    if obstacle.from_on:
        facts["from_on"] = obstacle.from_on.isoformat()
    return OBSTACLES[obstacle.code](**facts)
