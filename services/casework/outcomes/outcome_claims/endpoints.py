"""The endpoints of outcome claims."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy import false

from services.casework import access
from services.casework.cases.access_log.actions import record_list_look
from services.casework.cases.cases.queries import children_named, visible_to
from services.casework.outcomes.outcome_claims import actions, queries
from services.casework.outcomes.outcome_claims.schemas import (
    ClaimListed,
    Claims,
    ClaimShown,
    ClaimsQuery,
    ClaimsSummary,
    NewClaim,
)
from shared.web import AccessReason, Session, topic_router

router = topic_router("outcome claims")


@router.post("/families/{family_id}/outcome-claims", status_code=201)
async def claim_outcome(
    family_id: UUID, sent: NewClaim, actor: access.CanClaimOutcomes, session: Session
) -> ClaimShown:
    """Claim the family's outcome, once ever, by the version that it was assessed by.

    Every need must have improved and stayed so: by 2012 and 2015 for 6 months, school attendance for 12; by 2022 for
    6 months after the case was closed. 409 `not-eligible`, `no-outcome-plan`, `outcome-plan-out-of-date`,
    `need-not-improved` with `needs`, `case-still-open`, `not-yet-sustained` with the first day in `from_on`,
    `assessed-by-other-version`, `already-claimed`.
    """
    return ClaimShown.model_validate(await actions.claim_outcome(session, actor, family_id, sent))


@router.get("/outcome-claims")
async def list_claims(
    query: Annotated[ClaimsQuery, Query()],
    actor: access.CanReadOutcomeClaims,
    session: Session,
    access_reason: AccessReason = None,
) -> Claims:
    """Claims by the day on which they were made, of an area, a version, `from` and `to` a day; and how many in all.

    The look at the list, which names the children, is on record; for performance analysts it names nobody.
    """
    count, found, following = await queries.claims_page(session, actor, query)
    seen = visible_to(actor) if actor.has(*access.ALLOCATORS) else false()
    named = await children_named(session, seen, [claim.case_id for claim in found])
    await record_list_look(session, actor, "outcome_claims", named, access_reason)
    items = [
        ClaimListed.model_validate(claim).model_copy(update={"children": named.get(claim.case_id, [])})
        for claim in found
    ]
    return Claims(summary=ClaimsSummary(claims=count), items=items, next=following)
