"""Restricting a family's record to named people, here and as the front door has it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import find_case, find_family_case, joined_families
from services.casework.cases.restrictions.models import FamilyRestriction, RestrictionSequence
from services.casework.cases.restrictions.rules import must_be_named
from services.casework.cases.restrictions.schemas import NewRestriction, RestrictionResponse
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import FamilyRestricted as RestrictedHere
from shared.contracts.event import Received
from shared.contracts.referrals import FamilyRestricted
from shared.database import insert_into
from shared.problems import InvalidBody

ANNOUNCED_AT_ONCE = 100

MISSING = {
    "own-subject-missing": "Name yourself too: only who is named can lift this again",
    "key-worker-missing": "Name the family's key worker too, or transfer the family first to somebody who is named",
}


async def restrict_family(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewRestriction) -> Case:
    """Restrict a family to named people, whoever restricts and the key worker among them; an empty list lifts it.

    Families that share a child with it are restricted with it, as the front door does. Each is announced, so that no
    other service shows what is hidden here.
    """
    case = await find_family_case(session, actor, family_id)
    families = sorted(await joined_families(session, case))
    # Of two restrictions of joined families at one moment the second sees what the first did.
    await session.execute(select(Case.id).where(Case.family_id.in_(families)).order_by(Case.id).with_for_update())
    case = await find_case(session, actor, case.id, lock=True)
    subjects = sorted(set(sent.subjects))
    key_worker_subject = case.key_worker.subject if case.key_worker else None
    if code := must_be_named(subjects, actor.subject, key_worker_subject):
        raise InvalidBody("/subjects", code, MISSING[code])
    for each in families:
        await _replace(session, each, "casework", subjects)
        audit.record(session, actor, "family_restrict", "family", each, reason=sent.reason, subjects=subjects)
        await _announce(session, each, len(subjects))
    return case


async def restrict_alike(session: AsyncSession, family_id: UUID, known_as: Collection[UUID]) -> None:
    """A family that turns out to be one that is restricted here is restricted to the same people."""
    named = select(FamilyRestriction.subject).where(
        FamilyRestriction.family_id.in_(known_as), FamilyRestriction.source == "casework"
    )
    subjects = sorted(set((await session.scalars(named)).all()))
    added = [await _name_too(session, family_id, subject) for subject in subjects]
    if any(added):
        own = (FamilyRestriction.family_id == family_id, FamilyRestriction.source == "casework")
        await _announce(session, family_id, await session.scalar(select(func.count()).where(*own)) or 0)


async def _name_too(session: AsyncSession, family_id: UUID, subject: str) -> bool:
    """Whether the subject was not named yet."""
    alike = insert_into(session, FamilyRestriction).values(
        family_id=family_id, source="casework", subject=subject, announced_at=clock.now()
    )
    returned = alike.on_conflict_do_nothing().returning(FamilyRestriction.family_id)
    return await session.scalar(returned) is not None


async def announce_earlier_restrictions(session: AsyncSession) -> int:
    """Announce some of the families that were restricted before this was announced, once each; returns how many."""
    earlier = (FamilyRestriction.source == "casework", FamilyRestriction.announced_at.is_(None))
    counted = select(FamilyRestriction.family_id, func.count()).where(*earlier).group_by(FamilyRestriction.family_id)
    found = (await session.execute(counted.order_by(FamilyRestriction.family_id).limit(ANNOUNCED_AT_ONCE))).all()
    ids = [family_id for family_id, _ in found]
    announced = update(FamilyRestriction).where(FamilyRestriction.family_id.in_(ids), *earlier)
    await session.execute(announced.values(announced_at=clock.now()))
    for family_id, people in found:
        await _announce(session, family_id, people)
    return len(found)


async def _announce(session: AsyncSession, family_id: UUID, people: int) -> None:
    await outbox.record(session, RestrictedHere(family_id=family_id, people=people, restricted_at=clock.now()))


async def record_front_door_restriction(
    session: AsyncSession, event: Received[FamilyRestricted], restriction: RestrictionResponse
) -> None:
    """Record whom the front door names; a response to an older event than the last one changes nothing."""
    family_id = event.data.family_id
    newer = (
        insert_into(session, RestrictionSequence)
        .values(family_id=family_id, sequence=event.sequence)
        .on_conflict_do_update(
            index_elements=["family_id"],
            set_={"sequence": event.sequence},
            where=RestrictionSequence.sequence < event.sequence,
        )
    )
    if await session.scalar(newer.returning(RestrictionSequence.family_id)) is not None:
        await _replace(session, family_id, "referrals", sorted(set(restriction.subjects)))


async def _replace(session: AsyncSession, family_id: UUID, source: str, subjects: Iterable[str]) -> None:
    of_source = (FamilyRestriction.family_id == family_id, FamilyRestriction.source == source)
    await session.execute(delete(FamilyRestriction).where(*of_source))
    made = {"family_id": family_id, "source": source, "announced_at": clock.now()}
    session.add_all(FamilyRestriction(**made, subject=each) for each in subjects)
