"""Writing a Common Assessment Framework until it is complete."""

from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.early_help.common_assessments.models import CommonAssessment
from services.casework.early_help.common_assessments.rules import DOMAINS
from services.casework.early_help.common_assessments.schemas import CafWritten, Domains, Wishes
from services.casework.early_help.family_teams import queries
from services.casework.early_help.family_teams.actions import recorded_now_by, team_to_change
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from shared import audit
from shared.auth import Actor
from shared.problems import InvalidBody, Problem
from shared.web import keep_left_out, require_version


class CafComplete(Problem):
    status = 409
    code = "caf-complete"
    title = "This assessment is complete and stays as it is: start another one"


async def write_assessment(
    session: AsyncSession,
    actor: Actor,
    case_id: UUID,
    sent: CafWritten,
    assessment_id: UUID | None = None,
    if_match: str = "*",
) -> CommonAssessment:
    """Begin an assessment, or write one on until it is complete."""
    case, team = await team_to_change(session, await queries.find_case(session, actor, case_id, lock=True))
    assessment = queries.find_assessment(team, assessment_id) if assessment_id else None
    if assessment:
        require_version(if_match, assessment.version)
        if assessment.completed_on:
            raise CafComplete
        sent = _keep_sections_left_out(sent, assessment)
    child_ids = await queries.children_of(session, case, sent.child_ids)
    past_day("/started_on", sent.started_on, case.opened_on, "An assessment starts when the case is open")
    if sent.completed_on:
        _require_complete(sent)
        past_day("/completed_on", sent.completed_on, sent.started_on, "An assessment is completed after it started")
    if assessment is None:
        assessment = CommonAssessment(id=uuid4(), family_team_id=team.id, **recorded_now_by(actor))
        session.add(assessment)
    assessment.child_ids = sorted(str(each) for each in child_ids)
    assessment.started_on, assessment.completed_on = sent.started_on, sent.completed_on
    assessment.domains = sent.domains.model_dump()
    assessment.wishes = sent.wishes.model_dump() if sent.wishes else None
    await session.flush()  # This makes the version that the ETag shows.
    if sent.completed_on:
        await record_about_case(
            session, case, "caf_completed", sent.completed_on, about_id=assessment.id, child_ids=child_ids
        )
    audit.record(
        session, actor, "caf_write", "case", case.id, caf_id=str(assessment.id), completed=bool(sent.completed_on)
    )
    return assessment


def _keep_sections_left_out(sent: CafWritten, assessment: CommonAssessment) -> CafWritten:
    """The domains one by one: each is written on its own, often by another person on another day."""
    domains = Domains.model_validate(assessment.domains)
    present = {
        "child_ids": [UUID(each) for each in assessment.child_ids],
        "domains": domains,
        "wishes": assessment.wishes and Wishes.model_validate(assessment.wishes),
    }
    kept = keep_left_out(sent, present)
    return kept.model_copy(update={"domains": keep_left_out(kept.domains, dict(domains))})


def _require_complete(sent: CafWritten) -> None:
    for name in DOMAINS:
        if getattr(sent.domains, name) is None:
            rule = "A complete assessment has strengths and needs in every domain"
            raise InvalidBody(f"/domains/{name}", "needed-to-complete", rule)
    if sent.wishes is None:
        rule = "The wishes of child and family are part of every assessment"
        raise InvalidBody("/wishes", "needed-to-complete", rule)
