"""The crisis endpoints: anyone may raise one, and a duty worker takes it up."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres import access
from services.centres.crises import actions, queries, rules
from services.centres.crises.models import Crisis
from services.centres.crises.schemas import CrisesQuery, CrisisListed, NewAcknowledgement, NewCrisis, WholeCrisis
from shared import audit
from shared.access import SignedIn
from shared.auth import Actor
from shared.followed_restrictions import named_by_all, subjects_by_source
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
    return CrisisListed.model_validate(crisis)  # with the family that the caller has just named


@router.get("/crises")
async def list_crises(
    query: Annotated[CrisesQuery, Query()], actor: access.CanReadCrises, session: ReadSession
) -> Page[CrisisListed]:
    """Crises of the duty worker's area and those of which the area is not known, the oldest first.

    `open=true` are those that nobody acknowledged yet. One of a restricted family shows `family_id` to those who are
    named alone; once another has taken it up, it is listed for them alone.
    """
    found, following = await page_of(session, queries.crises_for(actor, query), [Crisis.raised_at, Crisis.id], query)
    named = await _families_named_in(session, actor, found)
    items = [CrisisListed.model_validate(each) for each in found]
    hidden = {"family_id": None}
    shown = [each if each.family_id in named else each.model_copy(update=hidden) for each in items]
    return Page[CrisisListed](items=shown, next=following)


@router.get("/crises/{crisis_id}")
async def get_crisis(
    crisis_id: UUID,
    actor: SignedIn,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> WholeCrisis | CrisisListed:
    """A crisis: whole for duty workers of its area; whether it was taken up, for whoever raised it; 404 for others.

    Of a restricted family everyone on duty sees what was raised, with the callback, until somebody takes it up; then
    whoever did, and those who are named. Who is not named sees neither family nor children, but whom to speak to.
    """
    crisis = await queries.find_crisis(session, actor, crisis_id)
    sources = await _restrictions_of(session, [crisis])
    named = sources[crisis.family_id] if crisis.family_id else {}
    whole = rules.is_on_duty_for(actor, crisis.area) and rules.is_open_to(actor, crisis.acknowledged_by, named)
    audit.record(session, actor, "crisis_look", "crisis", crisis.id, reason=access_reason)
    set_etag(response, crisis.version)
    return await _whole(session, actor, crisis) if whole else CrisisListed.model_validate(crisis)


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
    return await _whole(session, actor, crisis)


async def _whole(session: AsyncSession, actor: Actor, crisis: Crisis) -> WholeCrisis:
    """Of a restricted family, for somebody who is not named: what was raised, and whom to speak to."""
    whole = WholeCrisis.model_validate(crisis)
    if crisis.family_id is None or crisis.family_id in await _families_named_in(session, actor, [crisis]):
        return whole
    return whole.model_copy(update={"family_id": None, "child_ids": [], "in_an_emergency": rules.RESTRICTED})


async def _families_named_in(session: AsyncSession, actor: Actor, crises: Sequence[Crisis]) -> set[UUID]:
    """The families of these crises whose record the actor may see."""
    restrictions = await _restrictions_of(session, crises)
    return {family_id for family_id, named in restrictions.items() if named_by_all(actor, named)}


async def _restrictions_of(session: AsyncSession, crises: Sequence[Crisis]) -> dict[UUID, dict[str, frozenset[str]]]:
    return await subjects_by_source(session, {each.family_id for each in crises if each.family_id})
