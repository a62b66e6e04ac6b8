"""Raising a crisis, taking it up, and telling of what nobody took up."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.crises import rules
from services.centres.crises.models import Crisis
from services.centres.crises.queries import find_crisis, unanswered_untold
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
        words=sent.words,
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
    return crisis


async def acknowledge_crisis(session: AsyncSession, actor: Actor, crisis_id: UUID, sent: NewAcknowledgement) -> Crisis:
    """A duty worker takes it up, once; also after its due time, when the Core Group hears of it all the same."""
    crisis = await find_crisis(session, actor, crisis_id, lock=True)
    if crisis.acknowledged_at:
        raise AlreadyAcknowledged
    crisis.acknowledged_at = _acknowledged_at(sent.acknowledged_at, crisis.raised_at)
    crisis.acknowledged_by, crisis.action = actor.subject, sent.action
    crisis.version += 1
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
    return crisis


def _acknowledged_at(told: datetime | None, raised_at: datetime) -> datetime:
    now = clock.now()
    if told and told > now:
        raise InvalidBody("/acknowledged_at", "in-the-future", "This must not be in the future")
    if told and told < raised_at:
        raise InvalidBody("/acknowledged_at", "out-of-order", "A crisis is taken up after it was raised")
    return told or now


async def announce_unanswered_crises(session: AsyncSession) -> int:
    """Tell of some of the crises that nobody acknowledged by their due time, once each; returns how many."""
    late = await session.scalars(unanswered_untold(clock.now()).limit(ANNOUNCED_AT_ONCE))
    crises = late.all()
    for crisis in crises:
        crisis.announced_at = clock.now()
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
