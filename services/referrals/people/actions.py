"""Keeping the index of people, and restricting a family to named people."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import THE_SERVICE
from services.referrals.people import queries, rules
from services.referrals.people.models import Adult, Child, ChildKey, Family, FamilyRestriction
from services.referrals.people.schemas import (
    Candidate,
    ImportedChild,
    ImportedFamily,
    NewRestriction,
    PeopleSearch,
    ReferredAdult,
    ReferredChild,
)
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.referrals import ChildCorrected, FamilyRestricted
from shared.database import insert_into
from shared.problems import InvalidBody

INDEXED_AT_ONCE = 200
ANNOUNCED_AT_ONCE = 100


async def add_family(session: AsyncSession, recorded_at: datetime) -> Family:
    family = Family(id=uuid4(), recorded_at=recorded_at)
    session.add(family)
    # The family's people and its referral name it by id, and no relationship puts its row before theirs.
    await session.flush()
    return family


def add_children(session: AsyncSession, family_id: UUID, children: Iterable[ReferredChild]) -> list[Child]:
    """Add children to a family; `index_family` makes them findable."""
    added = [Child(id=uuid4(), family_id=family_id, **child.model_dump()) for child in children]
    session.add_all(added)
    return added


def add_adults(session: AsyncSession, family_id: UUID, adults: Iterable[ReferredAdult]) -> list[Adult]:
    added = [Adult(id=uuid4(), family_id=family_id, **adult.model_dump()) for adult in adults]
    session.add_all(added)
    return added


async def index_imported_family(session: AsyncSession, imported: ImportedFamily) -> None:
    """Add a family and its children under the ids that casework gave them, so that referrals are matched to them.

    Whoever is there already stays as they are: an older system knows nothing better than what was recorded here since.
    """
    await session.execute(
        insert_into(session, Family)
        .values(id=imported.family_id, recorded_at=clock.now(), address=imported.address)
        .on_conflict_do_nothing()
    )
    # In one order, so that two families with a child in common wait for each other and not both for ever.
    for child in sorted(imported.children, key=lambda each: each.child_id):
        add = insert_into(session, Child).values(_imported_row(imported, child)).on_conflict_do_nothing()
        if await session.scalar(add.returning(Child.id)):
            family_id = str(imported.family_id)
            audit.record(session, THE_SERVICE, "child_import", "child", child.child_id, family_id=family_id)
    family = await session.get_one(Family, imported.family_id)
    await index_family(session, family.id, family.address)


def _imported_row(imported: ImportedFamily, child: ImportedChild) -> dict[str, object]:
    return {
        "id": child.child_id,
        "family_id": imported.family_id,
        "disabilities": [],
        **child.model_dump(exclude={"child_id"}),
    }


async def index_family(session: AsyncSession, family_id: UUID, address: Mapping[str, Any] | None) -> None:
    """Record where a family lives, and make its children findable; again whenever either changes."""
    family = await session.get_one(Family, family_id)
    family.address = dict(address) if address else None
    children = (await session.scalars(select(Child).where(Child.family_id == family_id))).all()
    await _index(session, [(child, family.address) for child in children])


async def index_child(session: AsyncSession, child: Child) -> None:
    """Make one child findable under what is recorded of it now."""
    family = await session.get_one(Family, child.family_id)
    await _index(session, [(child, family.address)])


def as_text(value: Any) -> Any:
    """A value of a child's record as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


async def announce_corrected(
    session: AsyncSession, child: Child, fields: Collection[str], *, born: bool = False, of_former_record: bool = False
) -> None:
    """Let others ask anew what is known of a child under this id, and under those of records that it speaks for.

    Where no field changed only those are announced for which another record speaks since.
    """
    when, changed = clock.now(), set(fields) - {"former_names", "former_birth_dates"}
    records = await queries.records_of(session, child.id)
    for record in records if changed or of_former_record else records[1:]:
        corrected = ChildCorrected(
            child_id=record.id,
            family_id=record.family_id,
            fields=sorted(changed),
            kind="birth" if born else "correction",
            of_former_record=of_former_record or record.id != child.id,
            corrected_at=when,
        )
        await outbox.record(session, corrected)


async def index_waiting(session: AsyncSession) -> int:
    """Make keys for children whose keys are of older rules, or who have none; returns for how many."""
    rows = await session.execute(
        select(Child, Family.address)
        .join(Family, Family.id == Child.family_id)
        .where(Child.keys_version < rules.KEYS_VERSION)
        .order_by(Child.keys_version, Child.id)
        .limit(INDEXED_AT_ONCE)
    )
    waiting = [(child, address) for child, address in rows]
    await _index(session, waiting)
    return len(waiting)


async def _index(session: AsyncSession, children: Collection[tuple[Child, dict[str, Any] | None]]) -> None:
    await session.execute(delete(ChildKey).where(ChildKey.child_id.in_([child.id for child, _ in children])))
    for child, address in children:
        keys = {key for each in queries.descriptions(child, address) for key in rules.keys_of(each)}
        session.add_all(ChildKey(key=key, child_id=child.id) for key in sorted(keys))
        child.keys_version = rules.KEYS_VERSION


def merge_into(child: Child, surviving_id: UUID | None) -> None:
    """Let another record speak for this one; none: it speaks for itself again."""
    child.merged_into_id = surviving_id


def count_change(children: Iterable[Child]) -> None:
    """Give a new version to each record whose merges changed, also where its own row did not."""
    for child in children:
        child.version += 1


async def search_people(
    session: AsyncSession, actor: Actor, sent: PeopleSearch, access_reason: str | None
) -> list[Candidate]:
    """Look for a child; each child that was shown has the look on record."""
    found = await queries.candidates(session, actor, sent.description(), most=sent.limit)
    record_looks(session, actor, "people_search", [candidate.child_id for candidate in found], access_reason)
    return found


def record_looks(
    session: AsyncSession, actor: Actor, action: str, child_ids: Iterable[UUID], reason: str | None
) -> None:
    for child_id in child_ids:
        audit.record(session, actor, action, "child", child_id, reason=reason)


async def restrict_family(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewRestriction) -> list[str]:
    """Restrict a family to named people, whoever restricts among them, so that somebody can always lift it.

    Families that share a child with it through a merge are restricted with it: one child cannot be half hidden. Each
    is announced, so that no other service shows what is hidden here.
    """
    await queries.find_family(session, actor, family_id)
    subjects = sorted(set(sent.subjects))
    if subjects and actor.subject not in subjects:
        raise InvalidBody(
            "/subjects", "own-subject-missing", "Name yourself too: only who is named can lift this again"
        )
    # A merge locks its children: of a restriction and a merge at one moment, the second sees what the first did.
    await session.execute(select(Child.id).where(Child.family_id == family_id).order_by(Child.id).with_for_update())
    await queries.find_family(session, actor, family_id)
    families = sorted((await queries.families_joined_to(session, [family_id]))[family_id])
    await session.execute(delete(FamilyRestriction).where(FamilyRestriction.family_id.in_(families)))
    now = clock.now()
    made: dict[str, Any] = {"reason": sent.reason, "set_by": actor.subject, "set_at": now, "announced_at": now}
    session.add_all(
        FamilyRestriction(family_id=each, subject=subject, **made) for each in families for subject in subjects
    )
    for each in families:
        audit.record(session, actor, "family_restrict", "family", each, reason=sent.reason, subjects=subjects)
        restricted = FamilyRestricted(family_id=each, people=len(subjects), restricted_at=made["set_at"])
        await outbox.record(session, restricted)
    return subjects


async def announce_earlier_restrictions(session: AsyncSession) -> int:
    """Announce some of the families restricted before every service followed it, once each; returns how many."""
    earlier = FamilyRestriction.announced_at.is_(None)
    counted = select(FamilyRestriction.family_id, func.count()).where(earlier).group_by(FamilyRestriction.family_id)
    found = (await session.execute(counted.order_by(FamilyRestriction.family_id).limit(ANNOUNCED_AT_ONCE))).all()
    now, ids = clock.now(), [family_id for family_id, _ in found]
    announced = update(FamilyRestriction).where(FamilyRestriction.family_id.in_(ids), earlier)
    await session.execute(announced.values(announced_at=now))
    for family_id, people in found:
        await outbox.record(session, FamilyRestricted(family_id=family_id, people=people, restricted_at=now))
    return len(found)
