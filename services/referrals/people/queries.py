"""Reads of the index of people. Restrictions are honoured by every one that answers a person."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, TextualSelect, Uuid, and_, exists, or_, select, text, true, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from services.referrals.people.models import Adult, Child, Family, FamilyRestriction
from services.referrals.people.rules import Description, keys_to_ask, likeness
from services.referrals.people.schemas import AdultOfFamily, Candidate, ChildOfFamily
from shared.auth import Actor, Role
from shared.followed_restrictions import named_elsewhere, subjects_by_source
from shared.problems import NotFound

MOST_PER_KEY = 50
"""A key that very many children share, such as the sound of Smith, is a weak sign: only so many are looked at."""
MOST_WEIGHED = 100
KEY_WEIGHTS = {"nhs": 10, "upn": 10, "d": 4, "p": 4, "a": 3, "z": 3, "y": 3, "m": 3, "i": 2, "n": 1}
"""In which order the children found by several keys are taken: rare keys first."""


def not_restricted_for(actor: Actor, family_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """`may_see_family` of `people/rules.py` in SQL, for a query that has the id of a family.

    `tests/services/referrals/test_visibility.py` holds the two together.
    """
    if actor.has(Role.SERVICE):
        return true()
    of_family = select(FamilyRestriction.subject).where(FamilyRestriction.family_id == family_id)
    named = of_family.where(FamilyRestriction.subject == actor.subject)
    named_here = or_(
        ~exists(of_family.correlate_except(FamilyRestriction)),
        exists(named.correlate_except(FamilyRestriction)),
    )
    return and_(named_here, named_elsewhere(actor, family_id))


async def find_family(session: AsyncSession, actor: Actor, family_id: UUID) -> Family:
    """Raises NotFound where the family is restricted to others."""
    visible = not_restricted_for(actor, Family.id)
    family = await session.scalar(select(Family).where(Family.id == family_id, visible))
    if family is None:
        raise NotFound("family", family_id)
    return family


async def find_child(session: AsyncSession, actor: Actor, child_id: UUID) -> Child:
    """The record of that id itself, merged or not; raises NotFound where the actor may not see it."""
    child = await session.scalar(select(Child).where(Child.id == child_id, not_restricted_for(actor, Child.family_id)))
    if child is None:
        raise NotFound("child", child_id)
    return child


async def surviving_ids(session: AsyncSession, child_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each record the one that speaks for the child: itself, or the last that it was merged into."""
    speaks = {child_id: child_id for child_id in child_ids}
    asked = set(speaks)
    while asked:
        merged = select(Child.id, Child.merged_into_id).where(Child.id.in_(asked), Child.merged_into_id.is_not(None))
        into = {child_id: last for child_id, last in await session.execute(merged) if last}
        speaks = {child_id: into.get(last, last) for child_id, last in speaks.items()}
        asked = set(into.values())
    return speaks


async def records_of(session: AsyncSession, child_id: UUID) -> list[Child]:
    """The record and all that were merged into it, however far back, itself first."""
    found: list[Child] = []
    rows = select(Child).where(Child.id == child_id)
    while True:
        ordered = rows.order_by(Child.id).execution_options(populate_existing=True)
        children = (await session.scalars(ordered)).all()
        if not children:
            return found
        found += children
        rows = select(Child).where(Child.merged_into_id.in_([child.id for child in children]))


async def all_records(session: AsyncSession, child_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """For each record every one of the same child, itself among them: for a whole page in a few questions."""
    speaks = await surviving_ids(session, child_ids)
    of_child = {survivor: {survivor} for survivor in speaks.values()}
    root = {survivor: survivor for survivor in of_child}
    fresh = set(of_child)
    while fresh:
        merged = select(Child.id, Child.merged_into_id).where(Child.merged_into_id.in_(fresh))
        into = {child_id: root[last] for child_id, last in await session.execute(merged) if last}
        for child_id, survivor in into.items():
            of_child[survivor].add(child_id)
        root |= into
        fresh = set(into)
    return {child_id: of_child[survivor] for child_id, survivor in speaks.items()}


async def restricted_to(session: AsyncSession, family_ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """Who alone may see each of these families; none where there is no restriction."""
    rows = select(FamilyRestriction).where(FamilyRestriction.family_id.in_(set(family_ids)))
    named: dict[UUID, set[str]] = {family_id: set() for family_id in family_ids}
    for row in await session.scalars(rows):
        named[row.family_id].add(row.subject)
    return {family_id: frozenset(subjects) for family_id, subjects in named.items()}


async def named_by_service(session: AsyncSession, family_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Whom each service names that restricts one of these families, as `service:subject`: to compare, not to show."""
    here, elsewhere = await restricted_to(session, family_ids), await subjects_by_source(session, family_ids)
    return {
        family_id: frozenset(
            f"{source}:{subject}"
            for source, subjects in {"referrals": here[family_id], **elsewhere[family_id]}.items()
            for subject in subjects
        )
        for family_id in family_ids
    }


async def families_joined_to(session: AsyncSession, family_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """For each family itself and those that share a child with it through a merge, near or far: for a whole page in a
    few questions."""
    asked = set(family_ids)
    beside: dict[UUID, set[UUID]] = {}
    fresh = asked
    while fresh:
        beside |= {family_id: set() for family_id in fresh}
        for family_id, other_id in await session.execute(_sharing_a_child_with(fresh)):
            beside[family_id].add(other_id)
        fresh = {other_id for family_id in fresh for other_id in beside[family_id]} - beside.keys()
    return {family_id: _reached_from(family_id, beside) for family_id in asked}


def _sharing_a_child_with(family_ids: Collection[UUID]) -> CompoundSelect[UUID, UUID]:
    """Pairs of a family and its neighbour. A union, since PostgreSQL reads a whole table for `id = x OR merged = y`."""
    child, other = aliased(Child), aliased(Child)
    pairs = select(child.family_id, other.family_id.label("other_id")).where(child.family_id.in_(family_ids))
    return union(
        pairs.join(other, other.id == child.merged_into_id),
        pairs.join(other, other.merged_into_id == child.id),
    )


def _reached_from(family_id: UUID, beside: Mapping[UUID, Collection[UUID]]) -> set[UUID]:
    reached: set[UUID] = set()
    fresh = {family_id}
    while fresh:
        reached |= fresh
        fresh = {other_id for each in fresh for other_id in beside[each]} - reached
    return reached


def keyed(asked: Description) -> TextualSelect:
    """The children that share keys with the one who is looked for: those that share most first, each key bounded.

    Written as text: built of thirty selects, it took a third of the whole search to put together.
    """
    keys = sorted(keys_to_ask(asked))
    weights = [KEY_WEIGHTS[key.split(":")[0]] for key in keys]
    one = "SELECT child_id FROM child_keys WHERE key = :key_{0} ORDER BY child_id LIMIT {2}"
    few = f"SELECT child_id, {{1}} AS weight FROM ({one}) AS few_{{0}}"  # noqa: S608 - our own numbers; the keys are bound
    found = " UNION ALL ".join(few.format(number, weight, MOST_PER_KEY) for number, weight in enumerate(weights))
    most = f"GROUP BY child_id ORDER BY sum(weight) DESC, child_id LIMIT {MOST_WEIGHED}"
    shared = text(f"SELECT child_id FROM ({found}) AS shared {most}")  # noqa: S608 - as above
    return shared.bindparams(**{f"key_{number}": key for number, key in enumerate(keys)}).columns(child_id=Uuid())


def describe(child: Any, family_address: dict[str, Any] | None) -> Description:
    address = child.address or family_address or {}
    return Description(
        given_name=child.given_name,
        family_name=child.family_name,
        date_of_birth=child.date_of_birth,
        nhs_number=child.nhs_number,
        upn=child.upn,
        lines=" ".join(address.get("lines") or []),
        postcode=address.get("postcode") or "",
    )


def descriptions(child: Any, family_address: dict[str, Any] | None) -> list[Description]:
    """The child as it is now, and by each name and birth date that it had before: a record made elsewhere may have
    either as it was."""
    now = describe(child, family_address)
    names = [(now.given_name, now.family_name), *child.former_names]
    days = [now.date_of_birth, *(date.fromisoformat(day) for day in child.former_birth_dates)]
    return [
        replace(now, given_name=given, family_name=family, date_of_birth=day)
        for (given, family), day in product(names, days)
    ]


async def description_of(session: AsyncSession, child: Child) -> Description:
    return describe(child, await session.scalar(select(Family.address).where(Family.id == child.family_id)))


_COMPARED = (
    Child.id,
    Child.merged_into_id,
    Child.given_name,
    Child.family_name,
    Child.former_names,
    Child.former_birth_dates,
    Child.date_of_birth,
    Child.nhs_number,
    Child.upn,
    Child.address,
    Family.address.label("family_address"),
)


async def candidates(
    session: AsyncSession,
    actor: Actor,
    asked: Description,
    *,
    most: int,
    least_score: float = 0.0,
    without: Collection[UUID] = (),
) -> list[Candidate]:
    """The children most like the one who is looked for, best first; a former record counts for the surviving one."""
    if not keys_to_ask(asked):
        return []
    ids = keyed(asked).subquery()
    rows = await session.execute(
        select(*_COMPARED).join(ids, ids.c.child_id == Child.id).join(Family, Family.id == Child.family_id)
    )
    weighed = [
        (row.id, row.merged_into_id, likeness(asked, described))
        for row in rows
        for described in descriptions(row, row.family_address)
    ]
    speaks = await surviving_ids(session, {row_id for row_id, merged, _ in weighed if merged})
    best: dict[UUID, Any] = {}
    for row_id, _, like in weighed:
        child_id = speaks.get(row_id, row_id)
        if like.score >= least_score and child_id not in without:
            best[child_id] = max(best.get(child_id, like), like, key=lambda each: each.score)
    visible = await _visible(session, actor, best)
    ranked = sorted(visible, key=lambda child_id: (-best[child_id].score, child_id))[:most]
    shown = await _shown(session, ranked)
    return [
        Candidate(**shown[child_id], score=round(best[child_id].score, 4), reasons=best[child_id].reasons)
        for child_id in ranked
    ]


async def _visible(session: AsyncSession, actor: Actor, child_ids: Iterable[UUID]) -> Sequence[UUID]:
    rows = select(Child.id).where(Child.id.in_(list(child_ids)), not_restricted_for(actor, Child.family_id))
    return (await session.scalars(rows)).all()


async def _shown(session: AsyncSession, child_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Each child with its family as it is shown beside a score."""
    rows = select(Child, Family.address).join(Family, Family.id == Child.family_id).where(Child.id.in_(child_ids))
    children = [(child, address) for child, address in await session.execute(rows)]
    family_ids = {child.family_id for child, _ in children}
    members = await family_members(session, family_ids)
    shown = {}
    for child, address in children:
        siblings, adults = members[child.family_id]
        shown[child.id] = {
            **ChildOfFamily.model_validate(child).model_dump(),
            "address": child.address or address,
            "family_id": child.family_id,
            "siblings": [sibling for sibling in siblings if sibling.child_id != child.id],
            "adults": adults,
        }
    return shown


async def family_members(
    session: AsyncSession, family_ids: Collection[UUID]
) -> dict[UUID, tuple[list[ChildOfFamily], list[AdultOfFamily]]]:
    """Children and adults of families; a record that was merged into another is not a child of its own."""
    members: dict[UUID, tuple[list[ChildOfFamily], list[AdultOfFamily]]] = {each: ([], []) for each in family_ids}
    living = and_(Child.family_id.in_(family_ids), Child.merged_into_id.is_(None))
    for child in await session.scalars(select(Child).where(living).order_by(Child.id)):
        members[child.family_id][0].append(ChildOfFamily.model_validate(child))
    for adult in await session.scalars(select(Adult).where(Adult.family_id.in_(family_ids)).order_by(Adult.id)):
        members[adult.family_id][1].append(AdultOfFamily.model_validate(adult))
    return members
