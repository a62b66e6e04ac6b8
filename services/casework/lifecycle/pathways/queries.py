"""Reads of the steps of a case, and of what is open in it under the law."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.lifecycle.pathways.models import PathwayStep
from services.casework.lifecycle.pathways.rules import OpenStep
from services.casework.protection.assessments.models import AssessmentConclusion, StatutoryAssessment
from services.casework.protection.assessments.queries import open_assessments_in
from services.casework.protection.conferences.models import Conference
from services.casework.protection.court_stages.models import CourtStageChild
from services.casework.protection.court_stages.queries import stages_in
from services.casework.protection.court_stages.rules import standing_after
from services.casework.protection.enquiries.models import Enquiry
from services.casework.protection.enquiries.queries import open_enquiries_in
from services.casework.protection.need_plans.models import NeedPlan
from services.casework.protection.need_plans.queries import open_in
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.protection_plans.queries import open_plans_in


async def open_steps(session: AsyncSession, case_id: UUID) -> list[OpenStep]:
    """What is open under the law in a case, each with the call that ends it: the whole of it is asked here."""
    return [
        *await _open_assessments(session, case_id),
        *await _open_enquiries(session, case_id),
        *await _plans_in_force(session, case_id),
        *await _before_the_court(session, case_id),
    ]


async def _open_assessments(session: AsyncSession, case_id: UUID) -> list[OpenStep]:
    return [
        OpenStep(
            "assessment",
            each.id,
            f"POST /casework/v1/assessments/{each.id}/completion",
            frozenset(child.child_id for child in each.children),
            census_rule="8867",
        )
        for each in await open_assessments_in(session, case_id)
    ]


async def _open_enquiries(session: AsyncSession, case_id: UUID) -> list[OpenStep]:
    """One that awaits its conference ends with that; any other with what it found."""
    return [
        OpenStep(
            "section_47_enquiry",
            each.id,
            f"POST /casework/v1/cases/{case_id}/conferences"
            if each.status == "awaits_conference"
            else f"POST /casework/v1/section-47-enquiries/{each.id}/completion",
            frozenset(child.child_id for child in each.children if child.ended_on is None),
            pathway="child_protection",
            census_rule="8868",
        )
        for each in await open_enquiries_in(session, case_id)
    ]


async def _plans_in_force(session: AsyncSession, case_id: UUID) -> list[OpenStep]:
    protection = [
        OpenStep(
            "protection_plan",
            plan.id,
            f"POST /casework/v1/cases/{case_id}/conferences",
            frozenset({plan.child_id}),
            pathway="child_protection",
        )
        for plan in await open_plans_in(session, case_id)
    ]
    in_need = dict[UUID, set[UUID]]()
    for each in await open_in(session, case_id):
        in_need.setdefault(each.plan_id, set()).add(each.child_id)
    need = [
        OpenStep(
            "need_plan",
            plan_id,
            f"POST /casework/v1/need-plans/{plan_id}/ending",
            frozenset(child_ids),
            pathway="child_in_need",
        )
        for plan_id, child_ids in in_need.items()
    ]
    return [*protection, *need]


async def _before_the_court(session: AsyncSession, case_id: UUID) -> list[OpenStep]:
    """Pre-proceedings and proceedings that have not come to their end, by the stage that began them."""
    by_child = dict[UUID, list[CourtStageChild]]()
    for each in await stages_in(session, case_id):
        by_child.setdefault(each.child_id, []).append(each)
    found = dict[UUID, OpenStep]()
    for child_id, reached in by_child.items():
        standing = standing_after(each.reached.stage for each in reached)  # type: ignore[misc]
        if standing == "none":
            continue
        began = [each for each in reached if each.reached.stage in ("letter_before_proceedings", "application")][-1]
        others = found[began.stage_id].child_ids if began.stage_id in found else frozenset[UUID]()
        found[began.stage_id] = OpenStep(
            standing,
            began.stage_id,
            f"POST /casework/v1/cases/{case_id}/court-stages",
            others | {child_id},
            pathway="court" if standing == "proceedings" else None,
        )
    return list(found.values())


async def had_assessment(session: AsyncSession, case_id: UUID) -> bool:
    """Whether an assessment of this case was completed."""
    rows = select(AssessmentConclusion.number).join(
        StatutoryAssessment, StatutoryAssessment.id == AssessmentConclusion.assessment_id
    )
    return await session.scalar(rows.where(StatutoryAssessment.case_id == case_id).limit(1)) is not None


async def had_more_than_assessment(session: AsyncSession, case_id: UUID) -> bool:
    """Whether there was an enquiry, a conference or a plan in this case (CIN 2990)."""
    tables = (Enquiry, Conference, ProtectionPlan, NeedPlan)
    found = [select(table.id).where(table.case_id == case_id) for table in tables]
    return await session.scalar(select(union_all(*found).subquery().c.id).limit(1)) is not None


async def last_step_on(session: AsyncSession, case_id: UUID) -> date:
    found = await session.scalar(select(func.max(PathwayStep.from_on)).where(PathwayStep.case_id == case_id))
    assert found is not None
    return found
