"""Raising a crisis, taking it up, and announcing what nobody took up."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.crises import rules
from services.centres.crises.models import Crisis
from services.centres.crises.queries import find_crisis, unanswered_to_announce
from services.centres.crises.schemas import NewAcknowledgement, NewCrisis
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.centres import CrisisAcknowledged, CrisisRaised, CrisisUnanswered
from shared.places import find_place, tidy_postcode
from shared.problems import InvalidBody, Problem

ANNOUNCED_AT_ONCE = 100


class AlreadyAcknowledged(Problem):
    status = 409
    code = "already-acknowledged"
    title = "A duty worker took this crisis up already"


async def raise_crisis(session: AsyncSession, actor: Actor, sent: NewCrisis) -> Crisis:
    """Put a crisis before the duty workers of its area; where that is not known, before all of them."""
    raised_at = clock.now()
    place = find_place(sent.postcode) if sent.postcode else None
    crisis = Crisis(
        id=uuid4(),
        family_id=sent.family_id,
        child_ids=sorted({str(child_id) for child_id in sent.child_ids}),
        narrative=sent.narrative,
        callback=sent.callback,
        postcode=tidy_postcode(sent.postcode) if sent.postcode else None,
        area=sent.area or (place and place.area),
        raised_at=raised_at,
        raised_by=actor.subject,
        due_at=rules.acknowledged_by(raised_at),
    )
    session.add(crisis)
    _put_on_record(session, actor, crisis, "crisis_raise")
    await outbox.record(
        session,
        CrisisRaised(
            crisis_id=crisis.id,
            family_id=crisis.family_id,
            child_ids=sent.child_ids,
            area=crisis.area,
            raised_at=crisis.raised_at,
            due_at=crisis.due_at,
        ),
    )
    await session.flush()  # counts the version, which the response's ETag has
    return crisis


async def acknowledge_crisis(session: AsyncSession, actor: Actor, crisis_id: UUID, sent: NewAcknowledgement) -> Crisis:
    """A duty worker takes it up, once; also after its due time, when it is on the Core Group's agenda all the same."""
    crisis = await find_crisis(session, actor, crisis_id, lock=True)
    if crisis.acknowledged_at:
        raise AlreadyAcknowledged
    crisis.acknowledged_at = _acknowledged_at(sent.acknowledged_at, crisis.raised_at)
    crisis.acknowledged_by, crisis.text = actor.subject, sent.text
    _put_on_record(session, actor, crisis, "crisis_acknowledge")
    await outbox.record(
        session,
        CrisisAcknowledged(
            crisis_id=crisis.id,
            family_id=crisis.family_id,
            child_ids=crisis.child_ids,
            area=crisis.area,
            acknowledged_at=crisis.acknowledged_at,
            in_time=crisis.acknowledged_at <= crisis.due_at,
        ),
    )
    await session.flush()  # counts the version, which the response's ETag has
    return crisis


def _acknowledged_at(given: datetime | None, raised_at: datetime) -> datetime:
    now = clock.now()
    if given and given > now:
        raise InvalidBody("/acknowledged_at", "in-the-future", "This must not be in the future")
    if given and given < raised_at:
        raise InvalidBody("/acknowledged_at", "out-of-order", "A crisis is taken up after it was raised")
    return given or now


async def announce_unanswered_crises(session: AsyncSession) -> int:
    """Announce some of the crises that nobody acknowledged by their due time, once each; returns how many."""
    late = await session.scalars(unanswered_to_announce(clock.now()).limit(ANNOUNCED_AT_ONCE))
    crises = late.all()
    announced = update(Crisis).where(Crisis.id.in_([crisis.id for crisis in crises]))
    await session.execute(announced.values(announced_at=clock.now()))  # callers see nothing of it: no new version
    for crisis in crises:
        await outbox.record(
            session,
            CrisisUnanswered(
                crisis_id=crisis.id,
                family_id=crisis.family_id,
                child_ids=crisis.child_ids,
                area=crisis.area,
                due_at=crisis.due_at,
            ),
        )
    return len(crises)


def _put_on_record(session: AsyncSession, actor: Actor, crisis: Crisis, action: str) -> None:
    """On the family's record, where it is known which family it is."""
    entity, entity_id = ("family", crisis.family_id) if crisis.family_id else ("crisis", crisis.id)
    audit.record(session, actor, action, entity, entity_id, crisis_id=str(crisis.id))
