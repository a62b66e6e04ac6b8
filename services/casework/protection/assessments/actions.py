"""Starting an assessment under s17, concluding it, answering its conclusion and opening it again."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.actions import day_of_step, find_open_case
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_chosen, event_fields_of
from services.casework.fields import past_day
from services.casework.lifecycle.pathways.actions import require_past_front_door
from services.casework.protection.assessments import queries
from services.casework.protection.assessments.models import AssessedChild, AssessmentConclusion, StatutoryAssessment
from services.casework.protection.assessments.rules import faults_of_factors
from services.casework.protection.assessments.schemas import (
    AssessmentAnswer,
    AssessmentCompletion,
    AssessmentReopening,
    NewAssessmentOfNeed,
)
from services.casework.record.chronology.actions import record_about_case
from services.casework.record.timescales import actions as timescales
from services.casework.record.timescales.rules import Turn, due_on
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import AssessmentCompleted
from shared.problems import FieldProblem, InvalidBody, Problem

STEP = "assessment"


class AssessmentOpen(Problem):
    status = 409
    code = "assessment-open"
    title = "One of these children has an open assessment: complete that one first"

    def __init__(self, open_one: StatutoryAssessment) -> None:
        call = f"POST /casework/v1/assessments/{open_one.id}/completion"
        super().__init__(assessment_id=str(open_one.id), call=call, census_rule="8896")


class AssessmentNotOpen(Problem):
    status = 409
    code = "assessment-not-open"
    title = "This assessment is completed: open it again first, with a reason"

    def __init__(self, assessment: StatutoryAssessment) -> None:
        super().__init__(call=f"POST /casework/v1/assessments/{assessment.id}/reopening")


class AssessmentNotCompleted(Problem):
    status = 409
    code = "assessment-not-completed"
    title = "There is no conclusion of this assessment that waits for an answer: complete it first"

    def __init__(self, assessment: StatutoryAssessment) -> None:
        super().__init__(call=f"POST /casework/v1/assessments/{assessment.id}/completion")


class OwnAssessment(Problem):
    status = 403
    code = "own-assessment"
    title = "Another person than who completed the assessment answers it"


class FactorsRefused(Problem):
    """Every factor that does not go with the others."""

    status, code, title = InvalidBody.status, InvalidBody.code, InvalidBody.title


async def start_assessment(
    session: AsyncSession, actor: Actor, case_id: UUID, sent: NewAssessmentOfNeed
) -> StatutoryAssessment:
    """Start an assessment of some children of a case, whose 45 working days run from the referral that it answers."""
    case = await find_open_case(session, actor, case_id)
    return await begin_assessment(session, actor, case, sent.children, sent.started_on)


async def begin_assessment(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    named: Sequence[UUID],
    started_on: date | None,
    *,
    counts_from: date | None = None,
    old_reference: str | None = None,
) -> StatutoryAssessment:
    """Begin an assessment in a case that is locked; `counts_from` and `old_reference` are of an older system's."""
    require_past_front_door(case)
    children = await children_chosen(session, case, named)
    child_ids = [child.child_id for child in children]
    started_on = await day_of_step(session, case, children, "/started_on", started_on, census_rule="1103")
    for open_one in await queries.open_assessments_of(session, child_ids):
        raise AssessmentOpen(open_one)
    counts_from = counts_from or await queries.counts_from(session, case, started_on)
    made = StatutoryAssessment(
        id=uuid4(),
        case_id=case.id,
        old_reference=old_reference,
        started_on=started_on,
        counts_from=counts_from,
        due_on=due_on("assessment", counts_from),
        recorded_by=actor.subject,
        recorded_at=clock.now(),
        children=[AssessedChild(id=uuid4(), child_id=child_id) for child_id in child_ids],
        conclusions=[],
    )
    session.add(made)
    await timescales.close_awaited(session, case.id, STEP, ended_on=started_on)
    await _keep_clocks(session, made)
    facts: dict[str, Any] = {"children": len(child_ids), "due_on": made.due_on.isoformat()}
    await record_about_case(
        session, case, "assessment_started", started_on, about_id=made.id, child_ids=child_ids, facts=facts
    )
    audit.record(session, actor, "assessment_start", "case", case.id, assessment_id=str(made.id))
    return made


async def complete_assessment(
    session: AsyncSession, actor: Actor, assessment_id: UUID, sent: AssessmentCompletion
) -> StatutoryAssessment:
    """Conclude an assessment: what it found, what child and family wish, and what is to follow."""
    case, assessment = await _assessment_in_open_case(session, actor, assessment_id)
    if assessment.status != "open":
        raise AssessmentNotOpen(assessment)
    _check_factors(sent.factors)
    rule = "An assessment is completed on the day on which it was started or later"
    completed_on = past_day("/completed_on", sent.completed_on, assessment.started_on, rule, census_rule="8608")
    timescales.require_reason_late(assessment.due_on, completed_on, sent.reason_late)
    conclusion = AssessmentConclusion(
        assessment_id=assessment.id,
        number=len(assessment.conclusions) + 1,
        completed_on=completed_on,
        wishes_of_child=sent.wishes.child,
        wishes_of_family=sent.wishes.family,
        completed_by=actor.subject,
        completed_at=clock.now(),
        **sent.model_dump(include={"factors", "outcome", "analysis", "reason_late"}),
    )
    assessment.conclusions.append(conclusion)
    await _keep_clocks(session, assessment)
    facts: dict[str, Any] = {"outcome": sent.outcome, "factors": len(sent.factors)}
    await _record(session, case, assessment, "assessment_completed", facts, conclusion, text=sent.analysis)
    audit.record(session, actor, "assessment_complete", "case", case.id, assessment_id=str(assessment.id), **facts)
    fields = await event_fields_of(session, case) | {"child_ids": [each.child_id for each in assessment.children]}
    await outbox.record(
        session,
        AssessmentCompleted(**fields, assessment_id=assessment.id, outcome=sent.outcome, completed_on=completed_on),
    )
    return assessment


async def answer_assessment(
    session: AsyncSession, actor: Actor, assessment_id: UUID, sent: AssessmentAnswer
) -> StatutoryAssessment:
    """Authorise the conclusion of an assessment, or give it back: then it is open again."""
    case, assessment = await _assessment_in_open_case(session, actor, assessment_id)
    if assessment.status != "completed" or assessment.last is None:
        raise AssessmentNotCompleted(assessment)
    if assessment.last.completed_by == actor.subject:
        raise OwnAssessment
    if not sent.agreed and not sent.reason:
        raise InvalidBody("/reason", "missing", "Where it is not agreed, the reason is needed")
    last = assessment.last
    last.agreed, last.answer_reason = sent.agreed, sent.reason
    last.answered_by, last.answered_at = actor.subject, clock.now()
    await _keep_clocks(session, assessment)
    kind = "assessment_authorised" if sent.agreed else "assessment_given_back"
    await _record(session, case, assessment, kind, {}, last, text=sent.reason)
    audit.record(session, actor, kind, "case", case.id, assessment_id=str(assessment.id))
    return assessment


async def reopen_assessment(
    session: AsyncSession, actor: Actor, assessment_id: UUID, sent: AssessmentReopening
) -> StatutoryAssessment:
    """Open an assessment again; its conclusion stays on record, and another one follows."""
    case, assessment = await _assessment_in_open_case(session, actor, assessment_id)
    if assessment.status == "open" or assessment.last is None:
        raise AssessmentNotCompleted(assessment)
    for open_one in await queries.open_assessments_of(session, [each.child_id for each in assessment.children]):
        raise AssessmentOpen(open_one)
    last = assessment.last
    last.reopened_reason, last.reopened_by, last.reopened_at = sent.reason, actor.subject, clock.now()
    await _keep_clocks(session, assessment)
    await _record(session, case, assessment, "assessment_reopened", {}, last, text=sent.reason)
    audit.record(session, actor, "assessment_reopen", "case", case.id, assessment_id=str(assessment.id))
    return assessment


async def _assessment_in_open_case(
    session: AsyncSession, actor: Actor, assessment_id: UUID
) -> tuple[Case, StatutoryAssessment]:
    """Read again once its case is locked, so that of two at one moment the second sees what the first did."""
    case = await find_open_case(session, actor, (await queries.find_assessment(session, actor, assessment_id)).case_id)
    return case, await queries.find_assessment(session, actor, assessment_id)


def _check_factors(factors: list[str]) -> None:
    """Raises every factor that the census does not take with the others."""
    if not factors:
        rule = "A completed assessment names what it found: 21 where no factors were identified"
        raise InvalidBody("/factors", "missing", rule, census_rule="8897Q")
    if faults := list(faults_of_factors(factors)):
        errors = [FieldProblem(field=f"/factors/{each.number}", code=each.code, message=each.rule) for each in faults]
        raise FactorsRefused(errors=errors, census_rule=faults[0].census_rule)


async def _keep_clocks(session: AsyncSession, assessment: StatutoryAssessment) -> None:
    done = assessment.last if assessment.completed_on else None
    turn = Turn(
        assessment.counts_from,
        assessment.due_on,
        met_on=assessment.completed_on,
        reason_late=done.reason_late if done else None,
    )
    for child in assessment.children:
        await timescales.keep_turns(
            session, assessment.case_id, STEP, [turn], about_id=child.id, child_id=child.child_id
        )


async def _record(
    session: AsyncSession,
    case: Case,
    assessment: StatutoryAssessment,
    kind: str,
    facts: dict[str, Any],
    conclusion: AssessmentConclusion,
    text: str | None,
) -> None:
    """An entry about one conclusion: of another conclusion there is another entry."""
    await record_about_case(
        session,
        case,
        kind,
        conclusion.completed_on if kind == "assessment_completed" else clock.now(),
        about_id=uuid5(assessment.id, str(conclusion.number)),
        child_ids=[each.child_id for each in assessment.children],
        facts={"assessment_id": str(assessment.id), **facts},
        text=text,
    )
