"""Which children and families of referrals are open to the Family Support Service, as far as the actor may see them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import THE_SERVICE
from services.referrals.open_cases.models import OpenCase, OpenCaseChild, PlanOfChild
from services.referrals.open_cases.schemas import OpenCaseShown
from services.referrals.people.models import Child
from services.referrals.people.queries import all_records, families_joined_to, not_restricted_for, surviving_ids
from shared.auth import Actor


async def open_cases_of(
    session: AsyncSession,
    actor: Actor,
    families: Sequence[tuple[UUID, UUID]],
    referred: Sequence[tuple[UUID, UUID]],
) -> dict[UUID, list[OpenCaseShown]]:
    """For each referral the open cases of its children, under any id that a child has in the index, and those of its
    family and of families joined to it, whichever of their children are in the case.

    `families` has the referral and its family, `referred` the referral and the child of each. A handful of questions
    for a whole page. A case is left out where its family, or that of any of its children, is restricted to others.
    """
    known = await _known_as(session, families, referred)
    case_ids = await _open_case_ids(session, {each for ids in known.values() for each in ids})
    cases = await _shown(session, actor, {case_id for ids in case_ids.values() for case_id in ids})
    return {
        referral_id: sorted(
            (cases[case_id] for case_id in {case_id for each in ids for case_id in case_ids[each]} & cases.keys()),
            key=lambda case: (case.since, case.case_id),
        )
        for referral_id, ids in known.items()
    }


async def has_open_case(
    session: AsyncSession, families: Sequence[tuple[UUID, UUID]], referred: Sequence[tuple[UUID, UUID]]
) -> bool:
    """Whether any of these is open, to whomever it is restricted: asked as the service, and shown to nobody."""
    return any((await open_cases_of(session, THE_SERVICE, families, referred)).values())


async def still_visible(session: AsyncSession, actor: Actor, shown: Collection[OpenCaseShown]) -> set[UUID]:
    """Which cases that were shown once the actor may see now, by the children in them then and now."""
    cases = select(OpenCase.case_id).where(OpenCase.case_id.in_({case.case_id for case in shown}), _visible_to(actor))
    child_ids = {child_id for case in shown for child_id in case.child_ids}
    children = select(Child.id).where(Child.id.in_(child_ids), not_restricted_for(actor, Child.family_id))
    seen = set((await session.scalars(children)).all())
    hidden = {case.case_id for case in shown if not seen.issuperset(case.child_ids)}
    return set((await session.scalars(cases)).all()) - hidden


async def _known_as(
    session: AsyncSession, families: Sequence[tuple[UUID, UUID]], referred: Sequence[tuple[UUID, UUID]]
) -> dict[UUID, set[UUID]]:
    """For each referral the ids of children and of families under which casework may have it open."""
    records = await all_records(session, [child_id for _, child_id in referred])
    rows = select(Child.id, Child.family_id).where(Child.id.in_(records))
    homes = {row.id: row.family_id for row in await session.execute(rows)}
    homes_of = [*families, *((referral_id, homes[child_id]) for referral_id, child_id in referred)]
    joined = await families_joined_to(session, {family_id for _, family_id in homes_of})
    known = defaultdict[UUID, set[UUID]](set)
    for referral_id, child_id in referred:
        known[referral_id] |= records[child_id]
    for referral_id, family_id in homes_of:
        known[referral_id] |= joined[family_id]
    return known


async def _open_case_ids(session: AsyncSession, known_as: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By the id of a child or of a family its open cases: a union, which PostgreSQL reads from two indexes."""
    of_children = select(OpenCaseChild.child_id.label("known_as"), OpenCase.case_id).join(
        OpenCase, OpenCase.case_id == OpenCaseChild.case_id
    )
    rows = union_all(
        of_children.where(OpenCaseChild.child_id.in_(known_as), OpenCase.is_open),
        select(OpenCase.family_id, OpenCase.case_id).where(OpenCase.family_id.in_(known_as), OpenCase.is_open),
    )
    found = defaultdict[UUID, set[UUID]](set)
    for each, case_id in await session.execute(rows):
        found[each].add(case_id)
    return found


async def _shown(session: AsyncSession, actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, OpenCaseShown]:
    rows = (await session.scalars(select(OpenCase).where(OpenCase.case_id.in_(case_ids), _visible_to(actor)))).all()
    children = await _children_of(session, actor, [case.case_id for case in rows])
    return {case.case_id: OpenCaseShown.of(case, sorted(children[case.case_id])) for case in rows}


def _visible_to(actor: Actor) -> ColumnElement[bool]:
    of_case = select(OpenCaseChild.child_id).join(Child, Child.id == OpenCaseChild.child_id)
    hidden = of_case.where(OpenCaseChild.case_id == OpenCase.case_id, ~not_restricted_for(actor, Child.family_id))
    return and_(not_restricted_for(actor, OpenCase.family_id), ~exists(hidden.correlate(OpenCase)))


async def _children_of(session: AsyncSession, actor: Actor, case_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """The children of each case whom the actor may see, by the record that speaks for the child now."""
    rows = select(OpenCaseChild.case_id, OpenCaseChild.child_id).where(OpenCaseChild.case_id.in_(case_ids))
    named = [(case_id, child_id) for case_id, child_id in await session.execute(rows)]
    speaks = await surviving_ids(session, [child_id for _, child_id in named])
    visible = select(Child.id).where(Child.id.in_(set(speaks.values())), not_restricted_for(actor, Child.family_id))
    seen = set((await session.scalars(visible)).all())
    children = defaultdict[UUID, set[UUID]](set)
    for case_id, child_id in named:
        children[case_id] |= {speaks[child_id]} & seen
    return children


async def plans_in_force(session: AsyncSession, record_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """By record the child protection plans that are in force under it, whoever may see them."""
    rows = select(PlanOfChild.child_id, PlanOfChild.plan_id)
    rows = rows.where(PlanOfChild.child_id.in_(record_ids), PlanOfChild.in_force)
    found: dict[UUID, set[UUID]] = {record_id: set() for record_id in record_ids}
    for child_id, plan_id in await session.execute(rows):
        found[child_id].add(plan_id)
    return {record_id: frozenset(plan_ids) for record_id, plan_ids in found.items()}
