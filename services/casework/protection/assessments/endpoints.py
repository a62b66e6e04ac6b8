"""The assessments endpoints: an assessment under s17 from its start to its authorisation."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.protection.assessments import actions, queries
from services.casework.protection.assessments.models import StatutoryAssessment
from services.casework.protection.assessments.schemas import (
    AssessmentAnswer,
    AssessmentCompletion,
    AssessmentOfNeedShown,
    AssessmentOfNeedWhole,
    AssessmentReopening,
    NewAssessmentOfNeed,
)
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("assessments")


@router.post("/cases/{case_id}/assessments", status_code=201)
async def start_assessment(
    case_id: UUID, sent: NewAssessmentOfNeed, actor: access.CanRecordAssessments, session: Session
) -> AssessmentOfNeedShown:
    """Start an assessment under s17 of the children that are named, or of all; due 45 working days after the referral.

    The days run from the day (in London) on which the referral was received that it answers; where an earlier
    assessment answered that, from `started_on`. 409 `assessment-open` (8896), with the call that ends the open one;
    `front-door-decides` on early help; `case-closed`. 422 `out-of-order` before the referral (1103), or more than 40
    weeks before a birth (8606).
    """
    return await _shown(session, await actions.start_assessment(session, actor, case_id, sent))


@router.get("/cases/{case_id}/assessments")
async def list_assessments(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadProtection,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[AssessmentOfNeedShown]:
    """The assessments of a case, the latest first. The look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "assessments_look", "case", case.id, reason=access_reason)
    rows = queries.whole().where(StatutoryAssessment.case_id == case.id)
    order = [StatutoryAssessment.started_on, StatutoryAssessment.id]
    found, following = await page_of(session, rows, order, query, descending=True)
    answers = await queries.children_now(session, found)
    return Page(items=[AssessmentOfNeedShown.of(row, answers) for row in found], next=following)


@router.get("/assessments/{assessment_id}")
async def get_assessment(
    assessment_id: UUID, actor: access.CanReadProtection, session: Session, access_reason: AccessReason = None
) -> AssessmentOfNeedWhole:
    """An assessment with each conclusion, and the visits that were made for it. The look is on record."""
    found = await queries.find_assessment(session, actor, assessment_id)
    audit.record(session, actor, "assessment_look", "case", found.case_id, reason=access_reason)
    return await queries.shown_whole(session, found)


@router.post("/assessments/{assessment_id}/completion")
async def complete_assessment(
    assessment_id: UUID, sent: AssessmentCompletion, actor: access.CanRecordAssessments, session: Session
) -> AssessmentOfNeedShown:
    """Conclude an assessment; it waits for another person's authorisation.

    After the due day `reason_late` is needed, in time there is none. 409 `assessment-not-open`. 422: no factors
    (8897Q), a factor twice (8898), 21 beside others (8869), a code that was replaced (8945Q, 8950Q), a day before the
    start (8608).
    """
    return await _shown(session, await actions.complete_assessment(session, actor, assessment_id, sent))


@router.post("/assessments/{assessment_id}/authorisation")
async def answer_assessment(
    assessment_id: UUID, sent: AssessmentAnswer, actor: access.CanAuthoriseAssessments, session: Session
) -> AssessmentOfNeedShown:
    """Authorise the conclusion of an assessment, or give it back with a reason: then it is open again.

    403 `own-assessment` for who completed it; 409 `assessment-not-completed` where no conclusion waits.
    """
    return await _shown(session, await actions.answer_assessment(session, actor, assessment_id, sent))


@router.post("/assessments/{assessment_id}/reopening")
async def reopen_assessment(
    assessment_id: UUID, sent: AssessmentReopening, actor: access.CanAuthoriseAssessments, session: Session
) -> AssessmentOfNeedShown:
    """Open a completed or authorised assessment again, with a reason; its conclusion stays on record.

    409 `assessment-not-completed`; `assessment-open` where a child has another open one by now.
    """
    return await _shown(session, await actions.reopen_assessment(session, actor, assessment_id, sent))


async def _shown(session: Session, row: StatutoryAssessment) -> AssessmentOfNeedShown:
    return AssessmentOfNeedShown.of(row, await queries.children_now(session, [row]))
