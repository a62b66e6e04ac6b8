"""A protection plan begins and ends, by a conference or because of where the child lives."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import find_open_case, require_pregnancy, require_under_18
from services.casework.cases.cases.models import Case, CaseChild
from services.casework.cases.cases.queries import children_by_any_id, children_chosen, event_fields_of
from services.casework.cases.cases.rules import is_adult
from services.casework.fields import past_day
from services.casework.lifecycle.pathways.actions import follow_the_law, require_past_front_door
from services.casework.protection.need_plans.actions import end_plan_of_child
from services.casework.protection.protection_plans import queries
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.protection_plans.rules import days_on_plan
from services.casework.protection.protection_plans.schemas import PlanEnding, PlanFromElsewhere
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.contacts.actions import keep_visit_clocks
from services.casework.record.timescales import actions as timescales
from services.casework.record.timescales.rules import Done, Turn, due_on, turns_of
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import ProtectionPlanEnded, ProtectionPlanStarted
from shared.problems import InvalidBody, Problem

SERIES: Mapping[str, tuple[str, str]] = {
    "core_group": ("first_core_group", "later_core_group"),
    "review_conference": ("first_review_conference", "later_review_conference"),
    "protection_visit": ("protection_visit", "protection_visit"),
}
"""What falls due again and again while a plan is in force: by step the clock of the first and of the later ones."""


class PlanOpen(Problem):
    status = 409
    code = "protection-plan-open"
    title = "This child has a protection plan in force: a review conference goes on with it or ends it"

    def __init__(self, plan: ProtectionPlan) -> None:
        call = f"POST /casework/v1/cases/{plan.case_id}/conferences"
        super().__init__(plan_id=str(plan.id), call=call, census_rule="8935")


class PlanEnded(Problem):
    status = 409
    code = "protection-plan-ended"
    title = "This plan is not in force any more"


async def start_plan(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    child: CaseChild,
    started_on: date,
    category: str,
    place: str,
    **more: Any,
) -> ProtectionPlan:
    """Begin a plan for a child; a child in need plan ends with it. `place` is where its day stands in the body."""
    earlier = await queries.plans_of(session, [child.child_id])
    if earlier and earlier[-1].ended_on is None:
        raise PlanOpen(earlier[-1])
    if earlier and earlier[-1].ended_on and started_on < earlier[-1].ended_on:
        rule = "A plan begins when the child's plan before it has ended, or later"
        raise InvalidBody(place, "out-of-order", rule, census_rule="8940")
    from_elsewhere = more.pop("previous_plans", 0) + sum(not plan.temporary for plan in earlier)
    with_last = earlier[-1].previous_plans + (not earlier[-1].temporary) if earlier else 0
    plan = ProtectionPlan(
        id=uuid4(),
        case_id=case.id,
        child_id=child.child_id,
        initial_category=more.pop("initial_category", None) or category,
        category=category,
        started_on=started_on,
        previous_plans=max(from_elsewhere, with_last),
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        **more,
    )
    session.add(plan)
    await end_plan_of_child(session, actor, case, child.child_id, started_on, "A child protection plan began")
    await _start_clocks(session, plan)
    await _record_start(session, actor, case, plan)
    return plan


async def _start_clocks(session: AsyncSession, plan: ProtectionPlan) -> None:
    steps = ["protection_visit"] if plan.temporary else list(SERIES)
    for step in steps:
        await keep_series(session, plan, step, [])
    if plan.temporary:
        due = Turn(plan.started_on, due_on("transfer_in_conference", plan.started_on))
        await timescales.keep_turns(
            session, plan.case_id, "transfer_in_conference", [due], about_id=plan.id, child_id=plan.child_id
        )
    await keep_visit_clocks(session, plan.case_id)


async def keep_series(session: AsyncSession, plan: ProtectionPlan, step: str, done: list[Done]) -> None:
    """Let what falls due again and again under a plan follow from what was done, the last before it came here too."""
    before = {
        "core_group": plan.last_core_group_on,
        "review_conference": plan.last_review_on,
        "protection_visit": plan.last_visit_on,
    }[step]
    first, later = SERIES[step]
    first, since = (later, before) if before else (first, plan.started_on)
    turns = turns_of(first, later, since, done, plan.ended_on)
    await timescales.keep_turns(session, plan.case_id, step, turns, about_id=plan.id, child_id=plan.child_id)


async def _record_start(session: AsyncSession, actor: Actor, case: Case, plan: ProtectionPlan) -> None:
    facts: dict[str, Any] = {
        "category": plan.category,
        "temporary": plan.temporary,
        "previous_plans": plan.previous_plans,
    }
    await record_about_case(
        session,
        case,
        "protection_plan_started",
        plan.started_on,
        about_id=plan.id,
        child_ids=[plan.child_id],
        facts=facts,
    )
    audit.record(session, actor, "protection_plan_start", "case", case.id, plan_id=str(plan.id), **facts)
    fields = await event_fields_of(session, case)
    await outbox.record(
        session,
        ProtectionPlanStarted(
            **fields | {"child_ids": [plan.child_id]},
            plan_id=plan.id,
            category=plan.category,
            started_on=plan.started_on,
        ),
    )


async def end_plan(
    session: AsyncSession, actor: Actor, case: Case, plan: ProtectionPlan, ended_on: date, reason: str, text: str | None
) -> None:
    """End a plan, and what falls due under it; whether it may end is for the caller to ask."""
    plan.ended_on, plan.end_reason, plan.end_text = ended_on, reason, text
    plan.lasted_days = days_on_plan(plan.started_on, ended_on)
    if reason == "transfer_in_conference":
        await timescales.meet(session, reason, about_id=plan.id, met_on=ended_on)
    await timescales.end_series(session, plan.id, ended_on)
    await keep_visit_clocks(session, plan.case_id)  # a visit of a later day, recorded before the end, is not one of it
    facts: dict[str, Any] = {"end_reason": reason, "days": plan.lasted_days}
    await record_about_case(
        session,
        case,
        "protection_plan_ended",
        ended_on,
        about_id=plan.id,
        child_ids=[plan.child_id],
        facts=facts,
        text=text,
    )
    audit.record(session, actor, "protection_plan_end", "case", case.id, plan_id=str(plan.id), **facts)
    fields = await event_fields_of(session, case)
    await outbox.record(
        session,
        ProtectionPlanEnded(
            **fields | {"child_ids": [plan.child_id]}, plan_id=plan.id, ended_by=reason, ended_on=ended_on
        ),
    )


async def record_plan_from_elsewhere(
    session: AsyncSession, actor: Actor, case_id: UUID, sent: PlanFromElsewhere
) -> ProtectionPlan:
    """Record a plan that another authority or an older system began; it may be older than the referral."""
    case = await find_open_case(session, actor, case_id)
    return await begin_plan_from_elsewhere(session, actor, case, sent)


async def begin_plan_from_elsewhere(
    session: AsyncSession, actor: Actor, case: Case, sent: PlanFromElsewhere, old_reference: str | None = None
) -> ProtectionPlan:
    """Begin such a plan in a case that is locked."""
    require_past_front_door(case)
    [child] = await children_chosen(session, case, [sent.child_id], "/child_id")
    require_pregnancy(child, sent.started_on, "/started_on")
    require_under_18(child, clock.today(), "/child_id")
    _check_days(sent)
    plan = await start_plan(
        session,
        actor,
        case,
        child,
        place="/started_on",
        temporary=sent.from_authority is not None,
        old_reference=old_reference,
        **sent.model_dump(exclude={"child_id"}),
    )
    await follow_the_law(session, actor, case, case.opened_on, "A child of the family has a protection plan")
    return plan


def _check_days(sent: PlanFromElsewhere) -> None:
    """Raises that something was done under the plan before it began."""
    for name in ("last_core_group_on", "last_review_on", "last_visit_on"):
        day = getattr(sent, name)
        if day and day < sent.started_on:
            raise InvalidBody(f"/{name}", "out-of-order", "This was done after the plan began")


async def end_plan_elsewhere(session: AsyncSession, actor: Actor, plan_id: UUID, sent: PlanEnding) -> ProtectionPlan:
    """End a plan that no conference ends here: the child was handed over, has died, or is an adult."""
    case = await find_open_case(session, actor, (await queries.find_plan(session, actor, plan_id)).case_id)
    plan = await queries.find_plan(session, actor, plan_id)
    if plan.ended_on:
        raise PlanEnded
    ended_on = await day_of_end(session, plan, "/ended_on", sent.ended_on)
    child = (await children_by_any_id(session, case)).get(plan.child_id)
    if sent.reason == "turned_18" and not (child and is_adult(ended_on, child.date_of_birth)):
        raise InvalidBody("/reason", "not-18", "The child is not 18 on that day: name another reason, or the day")
    await end_plan(session, actor, case, plan, ended_on, sent.reason, sent.text)
    await follow_the_law(session, actor, case, ended_on, "The child protection plan ended", ended="child_protection")
    return plan


async def day_of_end(session: AsyncSession, plan: ProtectionPlan, place: str, sent: date | None) -> date:
    """The day on which a plan ends: after it began, and not before what was done under it."""
    rule = "A plan ends on a day after it began"
    day = past_day(place, sent, plan.started_on + timedelta(days=1), rule, census_rule="8840")
    last = await queries.last_done_on(session, [plan.id])
    if last and day < last:
        raise InvalidBody(place, "out-of-order", "A plan does not end before what was done under it")
    return day
