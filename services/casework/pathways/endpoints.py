"""The pathways endpoints: a family stepped up and down, its case closed and reopened, and how it came to stand so."""

from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.cases.models import Case
from services.casework.cases.queries import find_case, surviving_ids
from services.casework.cases.schemas import CaseShown
from services.casework.pathways import actions, queries, rules
from services.casework.pathways.schemas import (
    CaseHistory,
    LawfulSteps,
    LawfulStepShown,
    NewClosure,
    NewEnding,
    NewMove,
    NewReopening,
    NewStep,
)
from shared import audit
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("pathways")


@router.get("/pathways")
async def list_lawful_steps(actor: access.CanSeeCases) -> LawfulSteps:
    """Every lawful step up and down between pathways, and by what right; closing is lawful from each."""
    return LawfulSteps(items=[LawfulStepShown.model_validate(step) for step in rules.LAWFUL])


@router.post("/cases/{case_id}/pathway")
async def step_case(
    case_id: UUID, sent: NewStep, actor: access.CanStepCases, session: Session, response: Response
) -> CaseShown:
    """Step a family up or down from today or from a past day, not before its last step.

    409 `not-a-lawful-step`, with `lawful`: the pathways to which it may be stepped; `registration-required` where its
    key worker may not hold it there (transfer it first); `case-closed`. A step down to early help ends the key worker's
    part where a Team Around the Family has a lead professional, who holds the family from then on; such a step is not
    dated before what is on record of who held it. Where there is none yet, the key worker stays until there is one.
    """
    return await _shown(session, response, await actions.step_case(session, actor, case_id, sent))


@router.post("/cases/{case_id}/allocation/ending")
async def end_allocation(
    case_id: UUID, sent: NewEnding, actor: access.CanStepCases, session: Session, response: Response
) -> CaseShown:
    """End the key worker's part in a family on early help, whose lead professional was named after the step down.

    409 `lead-professional-required`, `key-worker-needed` on every other pathway, `case-not-allocated`, `case-closed`.
    """
    return await _shown(session, response, await actions.end_allocation(session, actor, case_id, sent))


@router.post("/cases/{case_id}/closure")
async def close_case(
    case_id: UUID, sent: NewClosure, actor: access.CanStepCases, session: Session, response: Response
) -> CaseShown:
    """Close a family's case with the census's reason (`closures` of `GET /v1/codes`) from a day on, today or past.

    The key worker's part ends, offers of a transfer are withdrawn, and nothing of the case falls due any more. 422
    `out-of-order` where that day is before the last contact, or the last step, move, key worker or child on record; 409
    `case-closed`.
    """
    return await _shown(session, response, await actions.close_case(session, actor, case_id, sent))


@router.post("/cases/{case_id}/reopening")
async def reopen_case(
    case_id: UUID, sent: NewReopening, actor: access.CanStepCases, session: Session, response: Response
) -> CaseShown:
    """Open a closed case again; nobody holds the family yet.

    409 `family-has-open-case` where a later referral opened another one; `case-not-closed`; `not-a-lawful-step`, with
    `lawful`: the pathway that it had when it was closed, and those that are a lawful step from it.
    """
    return await _shown(session, response, await actions.reopen_case(session, actor, case_id, sent))


@router.post("/cases/{case_id}/move")
async def place_case(
    case_id: UUID, sent: NewMove, actor: access.CanStepCases, session: Session, response: Response
) -> CaseShown:
    """Say in which area a family lives that no key worker holds: it waits there from that day on.

    409 `held-by-key-worker`: such a family moves with a transfer to a worker of the new area.
    """
    return await _shown(session, response, await actions.place_case(session, actor, case_id, sent))


@router.get("/cases/{case_id}/history")
async def get_history(
    case_id: UUID, actor: access.CanSeeCases, session: Session, access_reason: AccessReason = None
) -> CaseHistory:
    """Every step, move, key worker and referral of a case, oldest first; the look is on record with its reason.

    `from_on` and `starts_on` are the first day, `ended_on` is the first day on which it was so no more.
    `other_open_cases`: a merge of records found the family to be one after both were opened; one of them is to be
    closed.
    """
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "case_history_look", "case", case.id, reason=access_reason)
    return await queries.history_of(session, actor, case)


async def _shown(session: AsyncSession, response: Response, case: Case) -> CaseShown:
    set_etag(response, case.version)
    return CaseShown.of(case, await surviving_ids(session, [child.child_id for child in case.children]))
