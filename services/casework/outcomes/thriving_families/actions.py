"""Assessing a family against the programme's criteria, and its outcome plan with reviews and progress."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import require_open
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import family_ids_before, find_family_case
from services.casework.outcomes.thriving_families.models import (
    Assessment,
    NeedProgress,
    OutcomePlan,
    OutcomePlanReview,
)
from services.casework.outcomes.thriving_families.queries import (
    latest_assessment,
    plan_in,
    plan_of,
    reviews_of,
)
from services.casework.outcomes.thriving_families.rules import (
    VERSIONS,
    Version,
    assess,
    next_review_due,
    version_on,
)
from services.casework.outcomes.thriving_families.schemas import (
    NewAssessment,
    NewPlanReview,
    NewProgress,
    OutcomePlanDetails,
)
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem
from shared.web import require_version


class NotEligible(Problem):
    status = 409
    code = "not-eligible"
    title = "The family is not eligible: assess it first by the criteria of a version, and find enough of them met"


class NoOutcomePlan(Problem):
    status = 409
    code = "no-outcome-plan"
    title = "The family has no outcome plan yet: agree one first"


class OutcomePlanExists(Problem):
    status = 409
    code = "outcome-plan-exists"
    title = "The family has an outcome plan already: change it with PUT"


async def assess_family(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewAssessment) -> Assessment:
    """Assess a family's needs by the criteria of a version; each assessment stays, and the latest holds."""
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
    await record_about_case(
        session, case, "thriving_families_assessed", assessed_on, about_id=assessment.id, facts=facts
    )
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


REVIEW_STEP = "thriving_families_review"


async def agree_plan(session: AsyncSession, actor: Actor, family_id: UUID, sent: OutcomePlanDetails) -> OutcomePlan:
    """Agree the outcome plan of an eligible family, once in each case; its first review falls due."""
    case = await _open_case(session, actor, family_id)
    if await plan_in(session, case):
        raise OutcomePlanExists
    plan = OutcomePlan(
        id=uuid4(),
        family_id=case.family_id,
        case_id=case.id,
        agreed_by=actor.subject,
        recorded_at=clock.now(),
        **await _details(session, case, sent, clock.today()),
    )
    session.add(plan)
    await _start_review_clock(session, plan)
    facts: dict[str, Any] = {"needs": [goal.need for goal in sent.goals]}
    await record_about_case(session, case, "outcome_plan_agreed", plan.agreed_on, about_id=plan.id, facts=facts)
    audit.record(session, actor, "outcome_plan_agree", "family", case.family_id, plan_id=str(plan.id), **facts)
    return plan


async def _start_review_clock(session: AsyncSession, plan: OutcomePlan) -> None:
    """The next review is due after the last, or after the plan; started again, its clock has another day."""
    last = next(iter(await reviews_of(session, plan)), None)
    about_id, since = (last.id, last.held_on) if last else (plan.id, plan.agreed_on)
    due_on = next_review_due(since)
    await timescales.start(session, plan.case_id, REVIEW_STEP, about_id=about_id, started_on=since, due_on=due_on)


async def resume_review(session: AsyncSession, case: Case) -> None:
    """When a case is opened again, the next review of its plan falls due again: its clock ended with the case."""
    if plan := await plan_in(session, case):
        await _start_review_clock(session, plan)


async def change_plan(
    session: AsyncSession, actor: Actor, family_id: UUID, if_match: str, sent: OutcomePlanDetails
) -> OutcomePlan:
    """Replace the goals and wishes of a plan, which then rests on the latest assessment; progress stays.

    Raises VersionChanged where somebody else changed the plan since the caller read it.
    """
    case = await _open_case(session, actor, family_id)
    plan = await _plan_in(session, case)
    require_version(if_match, plan.version)
    for name, value in (await _details(session, case, sent, plan.agreed_on)).items():
        setattr(plan, name, value)
    await _start_review_clock(session, plan)
    needs = [goal.need for goal in sent.goals]
    audit.record(session, actor, "outcome_plan_change", "family", case.family_id, plan_id=str(plan.id), needs=needs)
    return plan


async def _open_case(session: AsyncSession, actor: Actor, family_id: UUID) -> Case:
    case = await find_family_case(session, actor, family_id, lock=True)
    require_open(case)
    return case


async def _plan_in(session: AsyncSession, case: Case) -> OutcomePlan:
    plan = await plan_in(session, case)
    if plan is None:
        raise NoOutcomePlan
    return plan


async def _details(session: AsyncSession, case: Case, sent: OutcomePlanDetails, otherwise_on: date) -> dict[str, Any]:
    """The part of a plan that callers write: a goal for each need of the latest assessment, and for nothing else."""
    assessment = await latest_assessment(session, await family_ids_before(session, case))
    if assessment is None or not assessment.eligible:
        raise NotEligible
    planned = [goal.need for goal in sent.goals]
    for position, need in enumerate(planned):
        if need not in assessment.needs:
            raise InvalidBody(f"/goals/{position}/need", "not-a-need", "The latest assessment found no such need")
        if need in planned[:position]:
            raise InvalidBody(f"/goals/{position}/need", "twice", "There is one goal for each need")
    if missing := set(assessment.needs) - set(planned):
        raise InvalidBody("/goals", "need-missing", f"There is no goal for {', '.join(sorted(missing))}")
    agreed_on = sent.agreed_on or max(otherwise_on, assessment.assessed_on)
    if agreed_on < assessment.assessed_on:
        raise InvalidBody("/agreed_on", "out-of-order", "A plan is agreed on or after the day of the assessment")
    if early := [position for position, goal in enumerate(sent.goals) if goal.by_on < agreed_on]:
        raise InvalidBody(f"/goals/{early[0]}/by_on", "out-of-order", "A goal lies on or after the day of the plan")
    return {
        "assessment_id": assessment.id,
        "agreed_on": agreed_on,
        "goals": [goal.model_dump(mode="json") for goal in sent.goals],
        "wishes_of_child": sent.wishes_of_child,
        "wishes_of_family": sent.wishes_of_family,
    }


async def review_plan(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewPlanReview) -> OutcomePlanReview:
    """Record a review of the plan; the next one falls due."""
    case = await _open_case(session, actor, family_id)
    plan = await _plan_in(session, case)
    earlier = await reviews_of(session, plan)
    held_on = sent.held_on or clock.today()
    if held_on < (earlier[0].held_on if earlier else plan.agreed_on):
        raise InvalidBody("/held_on", "out-of-order", "A review is held after the plan and the reviews before it")
    review = OutcomePlanReview(
        id=uuid4(),
        plan_id=plan.id,
        held_on=held_on,
        held_by=actor.subject,
        recorded_at=clock.now(),
        **sent.model_dump(exclude={"held_on", "reason_late"}),
    )
    session.add(review)
    awaited = earlier[0].id if earlier else plan.id
    await timescales.meet(session, REVIEW_STEP, about_id=awaited, met_on=held_on, reason_late=sent.reason_late)
    await _start_review_clock(session, plan)
    await record_about_case(session, case, "outcome_plan_reviewed", held_on, about_id=review.id, text=sent.notes)
    audit.record(session, actor, "outcome_plan_review", "family", case.family_id, review_id=str(review.id))
    return review


async def record_progress(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewProgress) -> NeedProgress:
    """Write down whether a need had improved on a day; also after closure, when it is asked whether it stayed so."""
    case = await find_family_case(session, actor, family_id, lock=True)
    plan = await plan_of(session, await family_ids_before(session, case))
    if plan is None:
        raise NoOutcomePlan
    if sent.need not in [goal["need"] for goal in plan.goals]:
        raise InvalidBody("/need", "not-a-need", "The outcome plan has no goal for this need")
    seen_on = sent.seen_on or clock.today()
    assessment = await session.get_one(Assessment, plan.assessment_id)
    if seen_on < assessment.assessed_on:
        raise InvalidBody("/seen_on", "out-of-order", "Progress is seen on or after the day of the assessment")
    progress = NeedProgress(
        id=uuid4(),
        plan_id=plan.id,
        need=sent.need,
        seen_on=seen_on,
        improved=sent.improved,
        evidence=sent.evidence,
        recorded_by=actor.subject,
        recorded_at=clock.now(),
    )
    session.add(progress)
    facts: dict[str, Any] = {"need": sent.need, "improved": sent.improved}
    audit.record(session, actor, "need_progress_record", "family", case.family_id, **facts)
    return progress
