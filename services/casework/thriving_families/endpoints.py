"""The Thriving Families endpoints: who is eligible, and what may be claimed."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.queries import find_family_case
from services.casework.thriving_families import actions, queries
from services.casework.thriving_families.schemas import (
    AssessmentShown,
    Claims,
    ClaimShown,
    ClaimsQuery,
    ClaimsSummary,
    FamilyShown,
    NewAssessment,
    NewClaim,
)
from shared import audit
from shared.web import AccessReason, ReadSession, Session, topic_router

router = topic_router("thriving families")


@router.post("/families/{family_id}/thriving-families", status_code=201)
async def assess_family(
    family_id: UUID, sent: NewAssessment, actor: access.CanKeepOutcomes, session: Session
) -> AssessmentShown:
    """Hold a family's needs against the criteria of Thriving Families, and keep what was found and why.

    `needs` are codes of a referral's needs. 2012 wants two of three criteria, 2015 two of six, 2022 three of ten; by
    default the version that is in force on `assessed_on`. Several needs may meet one criterion, which counts once; one
    for which the version has no criterion stands in `not_counted`. Of several assessments the latest holds.
    """
    return AssessmentShown.model_validate(await actions.assess_family(session, actor, family_id, sent))


@router.get("/families/{family_id}/thriving-families")
async def get_family(
    family_id: UUID, actor: access.CanKeepOutcomes, session: Session, access_reason: AccessReason = None
) -> FamilyShown:
    """Everything about a family's part in it: assessments, the outcome plan, what the stars show, the claim.

    `obstacle` is what stands against a claim today, by the code that the claim would be refused with. The look is on
    record.
    """
    case = await find_family_case(session, actor, family_id)
    audit.record(session, actor, "thriving_families_look", "family", case.family_id, reason=access_reason)
    return await queries.shown_family(session, case)


@router.post("/families/{family_id}/outcome-claims", status_code=201)
async def claim_outcome(family_id: UUID, sent: NewClaim, actor: access.CanKeepOutcomes, session: Session) -> ClaimShown:
    """Claim the family's outcome, once ever, by the version that it was assessed by.

    Every need must have improved and stayed so: by 2012 and 2015 for 6 months, school attendance for 12; by 2022 for
    6 months after the case was closed. 409 `not-eligible`, `no-outcome-plan`, `outcome-plan-out-of-date`,
    `need-not-improved` with `needs`, `case-still-open`, `not-yet-sustained` with the first day in `from_on`,
    `assessed-by-other-version`, `already-claimed`.
    """
    return ClaimShown.model_validate(await actions.claim_outcome(session, actor, family_id, sent))


@router.get("/outcome-claims")
async def list_claims(
    query: Annotated[ClaimsQuery, Query()], actor: access.CanSeeOutcomeClaims, session: ReadSession
) -> Claims:
    """Claims by the day on which they were made, of an area, a version, `from` and `to` a day; and how many in all."""
    count, found, following = await queries.claims_page(session, actor, query)
    items = [ClaimShown.model_validate(claim) for claim in found]
    return Claims(summary=ClaimsSummary(claims=count), items=items, next=following)
