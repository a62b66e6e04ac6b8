"""Keeping the index of people, and restricting a family to named people."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.people import queries, rules
from services.referrals.people.models import Child, ChildKey, Family, FamilyRestriction
from services.referrals.people.schemas import Candidate, NewRestriction, PeopleSearch
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.referrals import FamilyRestricted
from shared.problems import InvalidBody, NotFound

INDEXED_AT_ONCE = 200


async def index_family(session: AsyncSession, family_id: UUID, address: Mapping[str, Any] | None) -> None:
    """Keep where a family lives, and make its children findable; again whenever one of them is told of anew."""
    family = await session.get_one(Family, family_id)
    family.address = dict(address) if address else None
    children = (await session.scalars(select(Child).where(Child.family_id == family_id))).all()
    await _index(session, [(child, family.address) for child in children])


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
        keys = rules.keys_of(queries.describe(child, address))
        session.add_all(ChildKey(key=key, child_id=child.id) for key in sorted(keys))
        child.keys_version = rules.KEYS_VERSION
    await session.flush()


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


async def find_family(session: AsyncSession, actor: Actor, family_id: UUID) -> Family:
    """Raises NotFound where the family is restricted to others."""
    seen = queries.not_restricted_for(actor, Family.id)
    family = await session.scalar(select(Family).where(Family.id == family_id, seen))
    if family is None:
        raise NotFound("family", family_id)
    return family


async def restrict_family(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewRestriction) -> list[str]:
    """Restrict a family to named people, whoever restricts among them, so that somebody can always lift it.

    Families that share a child with it through a merge are restricted with it: one child cannot be half hidden. Each
    is announced, so that no other service shows what is hidden here.
    """
    await find_family(session, actor, family_id)
    subjects = sorted(set(sent.subjects))
    if subjects and actor.subject not in subjects:
        raise InvalidBody(
            "/subjects", "own-subject-missing", "Name yourself too: only who is named can lift this again"
        )
    # A merge locks its children: of a restriction and a merge at one moment, the second sees what the first did.
    await session.execute(select(Child.id).where(Child.family_id == family_id).order_by(Child.id).with_for_update())
    await find_family(session, actor, family_id)
    families = await queries.families_joined_to(session, family_id)
    await session.execute(delete(FamilyRestriction).where(FamilyRestriction.family_id.in_(families)))
    made: dict[str, Any] = {"reason": sent.reason, "set_by": actor.subject, "set_at": clock.now()}
    session.add_all(
        FamilyRestriction(family_id=each, subject=subject, **made) for each in sorted(families) for subject in subjects
    )
    for each in sorted(families):
        audit.record(session, actor, "family_restrict", "family", each, reason=sent.reason, subjects=subjects)
        told = FamilyRestricted(family_id=each, people=len(subjects), restricted_at=made["set_at"])
        await outbox.record(session, told)
    return subjects
