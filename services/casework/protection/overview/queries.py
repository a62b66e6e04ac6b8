"""Reads for the whole picture of a case; whoever asks has been let see it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import case_shown
from services.casework.protection.assessments import queries as assessments
from services.casework.protection.assessments.models import StatutoryAssessment
from services.casework.protection.assessments.schemas import AssessmentOfNeedShown
from services.casework.protection.conferences.models import Conference, ConferenceChild
from services.casework.protection.core_groups.models import CoreGroup, CoreGroupChild
from services.casework.protection.court_stages import queries as court
from services.casework.protection.court_stages.rules import standing_after
from services.casework.protection.enquiries import queries as enquiries
from services.casework.protection.enquiries.schemas import EnquiryShown
from services.casework.protection.need_plans import queries as need_plans
from services.casework.protection.overview.schemas import ChildProtected, NeedPlanInForce, ProtectionOverview
from services.casework.protection.protection_plans import queries as plans
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.protection_plans.schemas import Sighting
from services.casework.protection.strategy_discussions.schemas import ParticipantShown
from services.casework.record.timescales.queries import children_now, still_due_in
from services.casework.record.timescales.schemas import TimescaleShown
from shared.merged_children import surviving_ids


async def overview(session: AsyncSession, case: Case) -> ProtectionOverview:
    """The children of a case with their plans, what is open, and what is due."""
    due = await still_due_in(session, case.id)
    rows = assessments.whole().where(StatutoryAssessment.case_id == case.id).order_by(StatutoryAssessment.started_on)
    unfinished = [each for each in await session.scalars(rows) if each.status != "authorised"]
    going_on = await enquiries.open_enquiries_in(session, case.id)
    of_assessments = await assessments.children_now(session, unfinished)
    of_enquiries = await enquiries.children_now(session, going_on)
    of_due = await children_now(session, due)
    return ProtectionOverview(
        case_id=case.id,
        pathway=case.pathway,
        children=await _children(session, case),
        assessments=[AssessmentOfNeedShown.of(each, of_assessments) for each in unfinished],
        enquiries=[EnquiryShown.of(each, of_enquiries) for each in going_on],
        timescales=[TimescaleShown.of(each, of_due) for each in due],
    )


async def _children(session: AsyncSession, case: Case) -> list[ChildProtected]:
    named = (await case_shown(session, case)).children
    in_case = [child.child_id for child in case.children]
    ever = await plans.plans_of(session, in_case)
    answers = await surviving_ids(session, {*in_case, *(plan.child_id for plan in ever)})
    in_force = [plan for plan in ever if plan.ended_on is None]
    shown = {plan.child_id: plan for plan in await plans.shown(session, in_force)}
    sits = await _core_group_of(session, in_force)
    seen = await plans.last_seen(session, {case.id})
    need = {answers[each.child_id]: each.plan for each in await need_plans.open_in(session, case.id)}
    reached = await court.stages_in(session, case.id)
    made = []
    for child in named:
        own = [plan for plan in ever if answers[plan.child_id] == child.child_id]
        stages: Any = [each.reached.stage for each in reached if answers[each.child_id] == child.child_id]
        last, plan, need_plan = (
            seen.get((case.id, child.child_id), Sighting()),
            shown.get(child.child_id),
            need.get(child.child_id),
        )
        made.append(
            ChildProtected(
                **child.model_dump(include={"child_id", "given_name", "family_name"}),
                plan=plan,
                previous_plans=plan.previous_plans if plan else sum(not each.temporary for each in own),
                need_plan=need_plan
                and NeedPlanInForce(id=need_plan.id, started_on=need_plan.started_on, goals=need_plan.goals),
                court=standing_after(stages),
                last_seen_on=last.seen_on,
                last_seen_alone_on=last.seen_alone_on,
                core_group=sits.get(plan.id, []) if plan else [],
            )
        )
    return made


async def _core_group_of(
    session: AsyncSession, in_force: Sequence[ProtectionPlan]
) -> Mapping[UUID, list[ParticipantShown]]:
    """By plan who was present at its last core group, or else at the conference that began it."""
    ids = [plan.id for plan in in_force]
    began = select(ConferenceChild.plan_id, Conference.present).join(
        Conference, Conference.id == ConferenceChild.conference_id
    )
    met = select(CoreGroupChild.plan_id, CoreGroup.present).join(
        CoreGroup, CoreGroup.id == CoreGroupChild.core_group_id
    )
    present = dict[UUID, list[ParticipantShown]]()
    for rows in (
        began.where(ConferenceChild.plan_id.in_(ids)).order_by(Conference.held_on, Conference.recorded_at),
        met.where(CoreGroupChild.plan_id.in_(ids)).order_by(CoreGroup.held_on, CoreGroup.recorded_at),
    ):
        for plan_id, people in await session.execute(rows):
            present[plan_id] = [ParticipantShown.model_validate(each) for each in people]
    return present
