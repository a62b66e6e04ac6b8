"""The crisis endpoints: anyone may raise one, and a duty worker takes it up."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.centres import access
from services.centres.crises import actions, queries, rules
from services.centres.crises.models import Crisis
from services.centres.crises.schemas import CrisesQuery, CrisisListed, NewAcknowledgement, NewCrisis, WholeCrisis
from shared import audit
from shared.access import SignedIn
from shared.paging import Page, page_of
from shared.web import AccessReason, ReadSession, Session, set_etag, topic_router

router = topic_router("crises")


@router.post("/crises", status_code=201)
async def raise_crisis(
    sent: NewCrisis, actor: access.CanRaiseCrises, session: Session, response: Response
) -> CrisisListed:
    """Raise a crisis of a family; anyone who is signed in may.

    A duty worker of the area acknowledges it by `due_at`, 30 minutes later; one that nobody acknowledged goes on the
    Core Group's next agenda. The area is the postcode's unless it is given; a postcode that is not known is taken all
    the same. Needs `family_id` or `callback`, a telephone number. In immediate danger call 999 first.
    """
    crisis = await actions.raise_crisis(session, actor, sent)
    set_etag(response, crisis.version)
    return CrisisListed.model_validate(crisis)


@router.get("/crises")
async def list_crises(
    query: Annotated[CrisesQuery, Query()], actor: access.CanReadCrises, session: ReadSession
) -> Page[CrisisListed]:
    """Crises of the duty worker's area and those of which the area is not known, the oldest first.

    `open=true` are those that nobody acknowledged yet.
    """
    found, following = await page_of(session, queries.crises_for(actor, query), [Crisis.raised_at, Crisis.id], query)
    return Page[CrisisListed](items=[CrisisListed.model_validate(each) for each in found], next=following)


@router.get("/crises/{crisis_id}")
async def get_crisis(
    crisis_id: UUID,
    actor: SignedIn,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> WholeCrisis | CrisisListed:
    """A crisis: whole for duty workers of its area; whether it was taken up, for whoever raised it; 404 for others."""
    crisis = await queries.find_crisis(session, actor, crisis_id)
    whole = rules.is_on_duty_for(actor, crisis.area)
    audit.record(session, actor, "crisis_look", "crisis", crisis.id, reason=access_reason)
    set_etag(response, crisis.version)
    return WholeCrisis.model_validate(crisis) if whole else CrisisListed.model_validate(crisis)


@router.post("/crises/{crisis_id}/acknowledgement")
async def acknowledge_crisis(
    crisis_id: UUID,
    sent: NewAcknowledgement,
    actor: access.CanAcknowledgeCrises,
    session: Session,
    response: Response,
) -> WholeCrisis:
    """Take a crisis up, with what is done about it; `acknowledged_at` where that was before it is written here.

    409 `already-acknowledged` the second time. 422 naming `/acknowledged_at` in the future or before it was raised.
    """
    crisis = await actions.acknowledge_crisis(session, actor, crisis_id, sent)
    set_etag(response, crisis.version)
    return WholeCrisis.model_validate(crisis)
