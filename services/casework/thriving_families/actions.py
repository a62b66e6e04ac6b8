"""Holding a family against the criteria, and claiming its outcome."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import Case
from services.casework.cases.queries import find_family_case
from services.casework.chronology.actions import note_about_case
from services.casework.thriving_families.models import Assessment, OutcomeClaim
from services.casework.thriving_families.queries import standing_of
from services.casework.thriving_families.rules import (
    VERSIONS,
    Obstacle,
    Version,
    assess,
    claimable_from,
    obstacle_to_claim,
    version_on,
)
from services.casework.thriving_families.schemas import NewAssessment, NewClaim
from shared import audit, clock
from shared.auth import Actor
from shared.database import insert_into
from shared.problems import InvalidBody, Problem


class NotEligible(Problem):
    status = 409
    code = "not-eligible"
    title = "The family is not eligible: assess it first by the criteria of a version, and find enough of them met"


class NoOutcomePlan(Problem):
    status = 409
    code = "no-outcome-plan"
    title = "The family has no outcome plan yet: agree one first"


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
    title = "By this version an outcome is claimed 6 months after the case was closed, and it is open"


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


async def assess_family(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewAssessment) -> Assessment:
    """Hold a family's needs against the criteria of a version; each assessment stays, and the latest holds."""
    case = await find_family_case(session, actor, family_id, lock=True)
    assessed_on = sent.assessed_on or clock.today()
    version = _version_for(sent.version, assessed_on)
    if not sent.evidence.keys() <= set(sent.needs):
        raise InvalidBody("/evidence", "not-a-need", "There is evidence for what is not among the needs")
    found = assess(version, sent.needs)
    assessment = Assessment(
        id=uuid4(),
        family_id=case.family_id,
        case_id=case.id,
        criteria_version=version.name,
        assessed_on=assessed_on,
        needs=sent.needs,
        evidence=sent.evidence,
        eligible=found.eligible,
        met=[asdict(each) for each in found.met],
        not_met=[asdict(each) for each in found.not_met],
        not_counted=list(found.not_counted),
        because=found.because,
        assessed_by=actor.subject,
        recorded_at=clock.now(),
    )
    session.add(assessment)
    met = [each.criterion for each in found.met]
    facts: dict[str, Any] = {"version": version.name, "eligible": found.eligible, "met": met}
    await note_about_case(session, case, "thriving_families_assessed", assessed_on, about_id=assessment.id, facts=facts)
    audit.record(session, actor, "thriving_families_assess", "family", case.family_id, **facts)
    return assessment


def _version_for(name: str | None, day: date) -> Version:
    version = VERSIONS[name] if name else version_on(day)
    if version is None:
        raise InvalidBody("/assessed_on", "out-of-order", "The programme began on 1 April 2012")
    if version.in_force_from > day:
        begun = version.in_force_from.isoformat()
        raise InvalidBody("/version", "not-in-force", f"This version is in force from {begun}")
    return version


async def claim_outcome(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewClaim) -> OutcomeClaim:
    """Claim a family's outcome, once, by the rules of the version that it was assessed by."""
    case = await find_family_case(session, actor, family_id, lock=True)
    standing = await standing_of(session, case)
    claimed_on = sent.claimed_on or clock.today()
    if standing.assessment and sent.version not in (None, standing.version.name):
        raise AssessedByOtherVersion(assessed_by_version=standing.version.name)
    if obstacle := obstacle_to_claim(standing.version, standing.outcome, claimed_on):
        raise _problem_of(obstacle)
    assert standing.assessment
    assert standing.plan
    claim = {
        "id": uuid4(),
        "family_id": case.family_id,
        "case_id": case.id,
        "area": case.area,
        "criteria_version": standing.version.name,
        "assessment_id": standing.assessment.id,
        "plan_id": standing.plan.id,
        "needs": standing.assessment.needs,
        "claimed_on": claimed_on,
        "claimable_from": claimable_from(standing.version, standing.outcome),
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
    await note_about_case(session, case, "outcome_claimed", claimed_on, about_id=claim["id"], facts=facts)
    audit.record(session, actor, "outcome_claim", "family", case.family_id, claim_id=str(claim["id"]), **facts)
    return await session.get_one(OutcomeClaim, claim["id"])


def _problem_of(obstacle: Obstacle) -> Problem:
    facts: dict[str, Any] = {}
    if obstacle.needs:
        facts["needs"] = list(obstacle.needs)
    if obstacle.from_on:
        facts["from_on"] = obstacle.from_on.isoformat()
    return OBSTACLES[obstacle.code](**facts)
