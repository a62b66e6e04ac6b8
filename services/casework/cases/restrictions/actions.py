"""Restricting a family's record to named people, here and as the front door has it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import find_case, find_family_case, joined_families
from services.casework.cases.restrictions.models import FamilyRestriction, RestrictionSequence
from services.casework.cases.restrictions.rules import must_be_named
from services.casework.cases.restrictions.schemas import NewRestriction, RestrictionResponse
from shared import audit
from shared.auth import Actor
from shared.contracts.event import Received
from shared.contracts.referrals import FamilyRestricted
from shared.database import insert_into
from shared.problems import InvalidBody

MISSING = {
    "own-subject-missing": "Name yourself too: only who is named can lift this again",
    "key-worker-missing": "Name the family's key worker too, or transfer the family first to somebody who is named",
}


async def restrict_family(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewRestriction) -> Case:
    """Restrict a family to named people, whoever restricts and the key worker among them; an empty list lifts it.

    Families that share a child with it are restricted with it, as the front door does.
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
    return case


async def restrict_alike(session: AsyncSession, family_id: UUID, known_as: Collection[UUID]) -> None:
    """A family that turns out to be one that is restricted here is restricted to the same people."""
    named = select(FamilyRestriction.subject).where(
        FamilyRestriction.family_id.in_(known_as), FamilyRestriction.source == "casework"
    )
    for subject in sorted(set((await session.scalars(named)).all())):
        alike = insert_into(session, FamilyRestriction).values(family_id=family_id, source="casework", subject=subject)
        await session.execute(alike.on_conflict_do_nothing())


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
    session.add_all(FamilyRestriction(family_id=family_id, source=source, subject=each) for each in subjects)
