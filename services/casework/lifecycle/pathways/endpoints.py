"""The pathways endpoints: lawful steps, and a family stepped up or down."""

from uuid import UUID

from fastapi import Response

from services.casework import access
from services.casework.cases.cases.queries import case_shown
from services.casework.cases.cases.schemas import CaseShown
from services.casework.lifecycle.pathways import actions, rules
from services.casework.lifecycle.pathways.schemas import LawfulSteps, LawfulStepShown, NewStep
from shared.web import Session, set_etag, topic_router

router = topic_router("pathways")


@router.get("/pathways")
async def list_lawful_steps(actor: access.CanReadCases) -> LawfulSteps:
    """Every lawful step up and down between pathways, by what right, and who decides; closing is lawful from each.

    What the front door decides, no call of this service does: a referral that it accepts joins the family's case.
    """
    return LawfulSteps(items=[LawfulStepShown.model_validate(step) for step in rules.LAWFUL])


@router.post("/cases/{case_id}/pathway")
async def step_case(
    case_id: UUID, sent: NewStep, actor: access.CanStepCases, session: Session, response: Response
) -> CaseShown:
    """Step a family up or down from today or from a past day, not before its last step.

    409 `not-a-lawful-step`, with `lawful`: the pathways to which it may be stepped; `registration-required` where its
    key worker may not hold it there (transfer it first); `case-closed`; `front-door-decides` for every step up from
    early help: its team asks for it with `call`, an escalation. A step down to early help ends the key worker's part
    where a Team Around the Family has a lead professional, who holds the family from then on; such a step is not dated
    before what is on record of who held it. Where there is none yet, the key worker stays until there is one.
    """
    case = await actions.step_case(session, actor, case_id, sent)
    set_etag(response, case.version)
    return await case_shown(session, case)
