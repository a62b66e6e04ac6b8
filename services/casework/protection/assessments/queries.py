"""Reads of assessments, filtered by what the actor may see."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases.models import Case, CaseReferral
from services.casework.cases.cases.queries import visible_to
from services.casework.protection.assessments.models import AssessedChild, AssessmentConclusion, StatutoryAssessment
from services.casework.protection.assessments.rules import status_of
from services.casework.protection.assessments.schemas import (
    AssessmentOfNeedWhole,
    AssessmentSession,
    ConclusionShown,
)
from services.casework.record.contacts.models import Contact
from shared import clock
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.problems import NotFound

MOST_SESSIONS = 200


async def find_assessment(session: AsyncSession, actor: Actor, assessment_id: UUID) -> StatutoryAssessment:
    """The assessment with its children and conclusions, read anew; raises NotFound where its case is not seen."""
    rows = whole().join(Case, Case.id == StatutoryAssessment.case_id)
    found = await session.scalar(
        rows.where(StatutoryAssessment.id == assessment_id, visible_to(actor)).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("assessment", assessment_id)
    return found


def whole() -> Select[StatutoryAssessment]:
    return select(StatutoryAssessment).options(
        selectinload(StatutoryAssessment.children), selectinload(StatutoryAssessment.conclusions)
    )


async def open_assessments_of(session: AsyncSession, child_ids: Collection[UUID]) -> list[StatutoryAssessment]:
    """Those of these children, under any id that they have or had, that are not concluded."""
    known = await former_ids(session, (await surviving_ids(session, child_ids)).values())
    of_these = select(AssessedChild.assessment_id).where(AssessedChild.child_id.in_(known))
    found = await session.scalars(whole().where(StatutoryAssessment.id.in_(of_these)))
    return [each for each in found if each.status == "open"]


async def open_assessments_in(session: AsyncSession, case_id: UUID) -> list[StatutoryAssessment]:
    found = await session.scalars(whole().where(StatutoryAssessment.case_id == case_id))
    return [each for each in found if each.status == "open"]


async def counts_from(session: AsyncSession, case: Case, started_on: date) -> date:
    """The day on which the last referral was received before the start, unless an earlier assessment answered it."""
    received = func.coalesce(CaseReferral.received_at, CaseReferral.decided_at)
    instants = await session.scalars(select(received).where(CaseReferral.case_id == case.id))
    days = [clock.london_day(instant) for instant in instants] or [case.opened_on]
    received_on = max((day for day in days if day <= started_on), default=started_on)
    answered = select(StatutoryAssessment.id).where(
        StatutoryAssessment.case_id == case.id, StatutoryAssessment.started_on >= received_on
    )
    return started_on if await session.scalar(answered.limit(1)) else received_on


async def shown_whole(session: AsyncSession, row: StatutoryAssessment) -> AssessmentOfNeedWhole:
    """With each conclusion, and with the visits whose purpose was the assessment while it was open."""
    answers = await children_now(session, [row])
    visits = (
        select(Contact)
        .where(
            Contact.case_id == row.case_id,
            Contact.kind == "visit",
            Contact.purpose == "assessment",
            Contact.counts,
            Contact.happened_on >= row.started_on,
        )
        .options(selectinload(Contact.children))
        .order_by(Contact.happened_at, Contact.id)
        .limit(MOST_SESSIONS)
    )
    if row.completed_on:
        visits = visits.where(Contact.happened_on <= row.completed_on)
    contacts = (await session.scalars(visits)).all()
    now = await surviving_ids(session, {child.child_id for each in contacts for child in each.children})
    about = set(answers.values())
    shown = AssessmentOfNeedWhole.of(row, answers)
    shown.conclusions = [ConclusionShown.model_validate(each) for each in row.conclusions]
    for contact in contacts:
        of_it = [child for child in contact.children if now[child.child_id] in about]
        if of_it:
            shown.sessions.append(
                AssessmentSession(
                    contact_id=contact.id,
                    happened_on=contact.happened_on,
                    seen=[now[child.child_id] for child in of_it if child.seen],
                    seen_alone=[now[child.child_id] for child in of_it if child.seen_alone],
                )
            )
    return shown


async def children_now(session: AsyncSession, rows: Iterable[StatutoryAssessment]) -> dict[UUID, UUID]:
    """For each child of these assessments the id that it answers to."""
    return await surviving_ids(session, {child.child_id for row in rows for child in row.children})


async def completed_before(session: AsyncSession, child_id: UUID, day: date) -> date | None:
    """When the last assessment of this child was completed, on that day or before it."""
    known = await former_ids(session, (await surviving_ids(session, [child_id])).values())
    rows = (
        select(AssessmentConclusion)
        .join(AssessedChild, AssessedChild.assessment_id == AssessmentConclusion.assessment_id)
        .where(AssessedChild.child_id.in_(known), AssessmentConclusion.completed_on <= day)
    )
    concluded = [each for each in await session.scalars(rows) if status_of(each) != "open"]
    return max((each.completed_on for each in concluded), default=None)
