"""The endpoints of a team's Common Assessment Framework."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.early_help.common_assessments import actions
from services.casework.early_help.common_assessments.schemas import CafShown, CafWritten
from services.casework.early_help.family_teams import queries
from shared import audit
from shared.web import AccessReason, IfMatch, Session, set_etag, topic_router

router = topic_router("common assessments")


@router.post("/cases/{case_id}/team-around-the-family/caf", status_code=201)
async def begin_assessment(
    case_id: UUID, sent: CafWritten, actor: access.CanRecordEarlyHelp, session: Session, response: Response
) -> CafShown:
    """Begin a Common Assessment Framework; with `completed_on` it is complete at once.

    A complete one has strengths and needs in each of the three domains, and the wishes of child and family: 422
    `needed-to-complete` names what is missing. 409 `team-ended`, `case-closed`.
    """
    assessment = await actions.write_assessment(session, actor, case_id, sent)
    set_etag(response, assessment.version)
    return CafShown.model_validate(assessment)


@router.get("/cases/{case_id}/team-around-the-family/caf/{assessment_id}")
async def get_assessment(
    case_id: UUID,
    assessment_id: UUID,
    actor: access.CanReadEarlyHelp,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> CafShown:
    """One assessment of the present team, else of the last; the look is on record."""
    case = await queries.find_case(session, actor, case_id)
    assessment = queries.find_assessment(await queries.team_of(session, case.id), assessment_id)
    audit.record(session, actor, "caf_look", "case", case.id, reason=access_reason)
    set_etag(response, assessment.version)
    return CafShown.model_validate(assessment)


@router.put("/cases/{case_id}/team-around-the-family/caf/{assessment_id}")
async def write_assessment(
    case_id: UUID,
    assessment_id: UUID,
    sent: CafWritten,
    if_match: IfMatch,
    actor: access.CanRecordEarlyHelp,
    session: Session,
    response: Response,
) -> CafShown:
    """Write an assessment on, or complete it. Needs `If-Match`. 409 `caf-complete` once it is."""
    assessment = await actions.write_assessment(session, actor, case_id, sent, assessment_id, if_match)
    set_etag(response, assessment.version)
    return CafShown.model_validate(assessment)
