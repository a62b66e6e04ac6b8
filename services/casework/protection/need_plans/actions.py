"""A child in need plan begins, is reviewed and ends."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import day_of_step, find_open_case
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.cases.queries import children_chosen
from services.casework.fields import past_day
from services.casework.lifecycle.pathways.actions import follow_the_law, require_past_front_door
from services.casework.lifecycle.pathways.queries import open_steps
from services.casework.protection.assessments.queries import completed_before
from services.casework.protection.need_plans import queries
from services.casework.protection.need_plans.models import NeedPlan, NeedPlanChild, NeedReview, ReviewedChild
from services.casework.protection.need_plans.schemas import NeedPlanEnding, NewNeedPlan, NewReview
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from services.casework.record.timescales.rules import turns_of
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody, Problem

STEP = "need_review"


class NeedPlanOpen(Problem):
    status = 409
    code = "need-plan-open"
    title = "A child has a child in need plan in force: end that one first"

    def __init__(self, plan_id: UUID) -> None:
        call = f"POST /casework/v1/need-plans/{plan_id}/ending"
        super().__init__(plan_id=str(plan_id), call=call, census_rule="4004")


class OnProtectionPlan(Problem):
    status = 409
    code = "on-protection-plan"
    title = "A child has a protection plan, beside which there is no child in need plan: that plan ends first"

    def __init__(self, call: str) -> None:
        super().__init__(call=call, census_rule="4001")


class NeedPlanEnded(Problem):
    status = 409
    code = "need-plan-ended"
    title = "This plan is not in force any more"


class NoNeedPlan(Problem):
    status = 409
    code = "no-need-plan"
    title = "There is no child in need plan in force to review: begin one first"

    def __init__(self, case: Case) -> None:
        super().__init__(call=f"POST /casework/v1/cases/{case.id}/need-plans")


async def begin_plan(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewNeedPlan) -> NeedPlan:
    """Begin a child in need plan for some children of a case, each of whom has one at a time."""
    case = await find_open_case(session, actor, case_id)
    require_past_front_door(case)
    children = await children_chosen(session, case, sent.children)
    started_on = await day_of_step(session, case, children, "/started_on", sent.started_on, census_rule="4015")
    await _require_without_plan(session, case, children, started_on)
    plan = NeedPlan(
        id=uuid4(),
        case_id=case.id,
        started_on=started_on,
        goals=list(sent.goals),
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        children=[],
    )
    session.add(plan)
    for child in children:
        counts_from = await completed_before(session, child.child_id, started_on) or started_on
        plan.children.append(NeedPlanChild(id=uuid4(), child_id=child.child_id, counts_from=counts_from))
    for each in plan.children:
        await _keep_clock(session, case, each)
    await _record(session, actor, case, plan.id, "need_plan_started", started_on, plan.children, None)
    await follow_the_law(session, actor, case, started_on, "A child in need plan began")
    return plan


async def _require_without_plan(
    session: AsyncSession, case: Case, children: Sequence[CaseChild], started_on: date
) -> None:
    """Raises that a child has a plan in force, or had one that ended after that day."""
    child_ids = [child.child_id for child in children]
    for step in await open_steps(session, case.id):
        if step.kind == "protection_plan" and step.child_ids & set(child_ids):
            raise OnProtectionPlan(step.call)
    for each in await queries.of_children(session, child_ids):
        if each.ended_on is None:
            raise NeedPlanOpen(each.plan_id)
        if started_on < each.ended_on:
            rule = "A plan begins when the child's plan before it has ended, or later"
            raise InvalidBody("/started_on", "out-of-order", rule, census_rule="4014")


async def end_plan(session: AsyncSession, actor: Actor, plan_id: UUID, sent: NeedPlanEnding) -> NeedPlan:
    """End a plan for all children for whom it is in force, or for those that are named."""
    case = await find_open_case(session, actor, (await queries.find_plan(session, actor, plan_id)).case_id)
    plan = await queries.find_plan(session, actor, plan_id)
    ends = [each for each in plan.children if each.ended_on is None]
    if sent.children:
        chosen = {child.child_id for child in await children_chosen(session, case, sent.children)}
        ends = [each for each in ends if each.child_id in chosen]
    if not ends:
        raise NeedPlanEnded
    last = await queries.last_review_on(session, [each.id for each in ends])
    rule = "A plan ends after it began, and not before its last review"
    ended_on = past_day("/ended_on", sent.ended_on, max(plan.started_on, last or date.min), rule, census_rule="4011")
    await _end(session, actor, case, ends, ended_on, sent.reason)
    return plan


async def end_plan_of_child(
    session: AsyncSession, actor: Actor, case: Case, child_id: UUID, ended_on: date, reason: str
) -> None:
    """A protection plan takes the place of a child in need plan, on the same day (CIN 4001)."""
    for each in await queries.of_children(session, [child_id]):
        if each.ended_on is None:
            if each.plan.started_on > ended_on:
                rule = "The child in need plan of this child began later: a protection plan does not begin before it"
                raise InvalidBody("/held_on", "out-of-order", rule, census_rule="4001")
            await _end(session, actor, case, [each], ended_on, reason)


async def hold_review(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewReview) -> NeedReview:
    """Review the child in need plans of some children of a case; with `end` they end that day."""
    case = await find_open_case(session, actor, case_id)
    reviewed = await _plans_to_review(session, case, sent)
    earliest = max(each.plan.started_on for each in reviewed)
    last = await queries.last_review_on(session, [each.id for each in reviewed])
    rule = "A review is held after the plan began, and the last one after those before it"
    after = max(earliest, last or date.min) if sent.outcome == "end" else earliest
    held_on = past_day("/held_on", sent.held_on, after, rule)
    review = NeedReview(
        id=uuid4(),
        case_id=case.id,
        held_on=held_on,
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        children=[ReviewedChild(plan_child_id=each.id, child_id=each.child_id) for each in reviewed],
        **sent.model_dump(include={"outcome", "notes", "reason_late"}),
    )
    session.add(review)
    await session.flush()  # first: what falls due follows from the reviews on record
    for each in reviewed:
        await _keep_clock(session, case, each)
    await _record(session, actor, case, review.id, "need_review_held", held_on, reviewed, sent.notes)
    if sent.outcome == "end":
        await _end(session, actor, case, reviewed, held_on, "The review found that it is not needed any more")
    return review


async def _plans_to_review(session: AsyncSession, case: Case, sent: NewReview) -> list[NeedPlanChild]:
    in_force = {each.child_id: each for each in await queries.open_in(session, case.id)}
    if not in_force:
        raise NoNeedPlan(case)
    if not sent.children:
        return list(in_force.values())
    chosen = await children_chosen(session, case, sent.children)
    for number, child in enumerate(chosen):
        if child.child_id not in in_force:
            raise InvalidBody(f"/children/{number}", "no-plan", "This child has no child in need plan in force")
    return [in_force[child.child_id] for child in chosen]


async def _end(
    session: AsyncSession, actor: Actor, case: Case, ends: Sequence[NeedPlanChild], ended_on: date, reason: str
) -> None:
    for each in ends:
        each.ended_on, each.end_reason = ended_on, reason
        await _keep_clock(session, case, each)
        await _record(session, actor, case, each.id, "need_plan_ended", ended_on, [each], reason)


async def _keep_clock(session: AsyncSession, case: Case, each: NeedPlanChild) -> None:
    done = await queries.reviews_done(session, each.id)
    turns = turns_of("first_need_review", "later_need_review", each.counts_from, done, each.ended_on)
    await timescales.keep_turns(session, case.id, STEP, turns, about_id=each.id, child_id=each.child_id)


async def _record(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    about_id: UUID,
    kind: str,
    day: date,
    about: Sequence[NeedPlanChild],
    text: str | None,
) -> None:
    child_ids = [each.child_id for each in about]
    await record_about_case(session, case, kind, day, about_id=about_id, child_ids=child_ids, text=text)
    audit.record(session, actor, kind, "case", case.id, about_id=str(about_id))
