"""Reads of cases, filtered by what the actor may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from services.casework.cases.cases.models import Case, CaseChild, CaseReferral, CorrectedChild
from services.casework.cases.cases.rules import WHOLE_TEAM
from services.casework.cases.cases.schemas import CaseShown, CasesQuery, CaseStanding, ChildNamed, StandingOfWorker
from services.casework.cases.restrictions.models import FamilyRestriction
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.settings import read_after_closure
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.rules import team_key
from shared import clock
from shared.auth import Actor, Role
from shared.merged_children import former_ids, surviving_ids
from shared.problems import InvalidBody, NotFound


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_case` of `cases/cases/rules.py` in SQL.

    `tests/services/casework/cases/test_casework_rules.py` holds the two together.
    """
    return and_(_visible_to_role(actor), not_restricted_for(actor, Case.family_id))


def _visible_to_role(actor: Actor) -> ColumnElement[bool]:
    seen: list[ColumnElement[bool]] = []
    if actor.has(*WHOLE_TEAM):
        area = or_(Case.area.is_(None), Case.area == actor.area) if actor.area else true()
        team = or_(Case.team_key.is_(None), Case.team_key == team_key(actor.team)) if actor.team else true()
        seen.append(and_(area, team))
    if actor.has(Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER):
        own = Case.last_key_worker_id.in_(select(Worker.id).where(Worker.subject == actor.subject))
        lately = or_(Case.closed_on.is_(None), Case.closed_on >= clock.today() - read_after_closure())
        seen.append(and_(own, lately))
    return or_(false(), *seen)


async def find_case(session: AsyncSession, actor: Actor, case_id: UUID, *, lock: bool = False) -> Case:
    """The case with its children; raises NotFound where the actor may not see it."""
    return await find_case_where(session, visible_to(actor), case_id, lock=lock)


async def find_case_where(
    session: AsyncSession, visible: ColumnElement[bool], case_id: UUID, *, lock: bool = False
) -> Case:
    """The same for whoever sees cases in another way, such as by being of the family's team."""
    found = (
        select(Case)
        .where(Case.id == case_id, visible)
        .options(selectinload(Case.children), selectinload(Case.key_worker))
    )
    if lock:
        found = found.with_for_update(of=Case).execution_options(populate_existing=True)
    case = await session.scalar(found)
    if case is None:
        raise NotFound("case", case_id)
    return case


async def case_shown(session: AsyncSession, case: Case) -> CaseShown:
    """A case that was loaded with its children, each under the id that it answers to."""
    return CaseShown.of(case, await surviving_ids(session, [child.child_id for child in case.children]))


async def children_named(
    session: AsyncSession, seen: ColumnElement[bool], case_ids: Iterable[UUID]
) -> dict[UUID, list[ChildNamed]]:
    """The children by name of those of these cases that the actor may see: once for a whole list."""
    found = await session.scalars(
        select(CaseChild)
        .join(Case, Case.id == CaseChild.case_id)
        .where(CaseChild.case_id.in_(set(case_ids)), seen)
        .order_by(CaseChild.child_id)
    )
    children = found.all()
    answers = await surviving_ids(session, [child.child_id for child in children])
    named: dict[UUID, dict[UUID, ChildNamed]] = {}
    for child in sorted(children, key=lambda each: answers[each.child_id] != each.child_id):
        child_id = answers[child.child_id]
        name = ChildNamed(child_id=child_id, given_name=child.given_name, family_name=child.family_name)
        named.setdefault(child.case_id, {}).setdefault(child_id, name)
    return {case_id: list(children.values()) for case_id, children in named.items()}


async def find_family_case(session: AsyncSession, actor: Actor, family_id: UUID, *, lock: bool = False) -> Case:
    """The family's open case, else the one closed last; raises NotFound where the actor may not see it.

    The family is known by its own id, and by those of the families whose referrals joined its case.
    """
    found = (
        select(Case.id)
        .where(is_of([family_id]), visible_to(actor))
        .order_by((Case.status == "open").desc(), Case.opened_at.desc(), Case.id)
        .limit(1)
    )
    case_id = await session.scalar(found)
    if case_id is None:
        raise NotFound("family", family_id)
    return await find_case(session, actor, case_id, lock=lock)


def is_of(family_ids: Collection[UUID], child_ids: Collection[UUID] = ()) -> ColumnElement[bool]:
    """Whether a case is of any of these families, under its own id or a joined one, or has any of these children.

    As a union, which PostgreSQL reads from three indexes: of "by the one or by the other" it would read every case.
    """
    own = aliased(Case)
    return Case.id.in_(
        union(
            select(own.id).where(own.family_id.in_(family_ids)),
            select(CaseReferral.case_id).where(CaseReferral.family_id.in_(family_ids)),
            select(CaseChild.case_id).where(CaseChild.child_id.in_(child_ids)),
        )
    )


async def open_case_of(
    session: AsyncSession, family_ids: Collection[UUID], child_ids: Collection[UUID] = ()
) -> Case | None:
    """The open case of any of these, locked; the first, where a merge came after both were opened."""
    found = (
        select(Case)
        .where(Case.status == "open", is_of(family_ids, child_ids))
        .order_by(Case.opened_at, Case.id)
        .limit(1)
        .with_for_update()
    )
    case: Case | None = await session.scalar(found.execution_options(populate_existing=True))
    return case


async def family_ids_of(session: AsyncSession, case: Case) -> set[UUID]:
    """Every id under which the index has this family."""
    joined = select(CaseReferral.family_id).where(CaseReferral.case_id == case.id)
    return {case.family_id, *(await session.scalars(joined)).all()}


async def of_same_family(session: AsyncSession, case: Case) -> ColumnElement[bool]:
    """Whether a case is of the family of this one: under any id that the index has for it, or with any child of it.

    The one place that decides it: for lists of what the family has from before, and for two open cases of one family.
    """
    own = await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id == case.id))
    answers = await surviving_ids(session, own.all())
    return is_of(await family_ids_of(session, case), await former_ids(session, answers.values()))


async def family_ids_before(session: AsyncSession, case: Case) -> set[UUID]:
    """The ids under which anything is on record of the family of this case: its own, and those of its cases that are
    not open any more, from before it came again or until they were joined into this one.

    A family with another open case keeps its own record, and so does one that is restricted where this is not.
    """
    alike = select(FamilyRestriction.source).where(FamilyRestriction.family_id == case.family_id)
    betrayed = select(FamilyRestriction.family_id).where(FamilyRestriction.source.not_in(alike))
    before = select(Case.family_id).where(
        Case.status != "open", await of_same_family(session, case), Case.family_id.not_in(betrayed)
    )
    return {*await family_ids_of(session, case), *(await session.scalars(before)).all()}


async def with_those_joined(session: AsyncSession, case_id: UUID) -> set[UUID]:
    """This case and those that were joined into it, also by way of others: a handful.

    What is done in a case moves with a joining (`lifecycle/joinings/queries.py:MOVED`), so that this is asked only for
    how each of them stood on which day: steps, moves and allocations.
    """
    found, fresh = set[UUID](), {case_id}
    while fresh:
        found |= fresh
        rows = await session.scalars(select(Case.id).where(Case.joined_into_id.in_(fresh)))
        fresh = set(rows.all()) - found
    return found


async def require_child(session: AsyncSession, actor: Actor, child_id: UUID) -> set[UUID]:
    """Every id under which this child is known; raises NotFound where the actor may see none of the child's cases."""
    known = await former_ids(session, (await surviving_ids(session, [child_id])).values())
    seen = select(CaseChild.case_id).join(Case, Case.id == CaseChild.case_id)
    if await session.scalar(seen.where(CaseChild.child_id.in_(known), visible_to(actor)).limit(1)) is None:
        raise NotFound("child", child_id)
    return known


async def cases_listed(session: AsyncSession, actor: Actor, query: CasesQuery) -> Select[Case]:
    rows = select(Case).where(visible_to(actor))
    rows = rows.options(selectinload(Case.children), selectinload(Case.key_worker))
    asked = await _cases_asked_for(session, query)
    if asked is not None:
        rows = rows.where(Case.id.in_(asked))
    if query.status or asked is None:
        rows = rows.where(Case.status == (query.status or "open"))
    for column, value in (
        (Case.area, query.area),
        (Case.team_key, team_key(query.team)),
        (Case.key_worker_id, query.worker),
        (Case.pathway, query.pathway),
    ):
        if value:
            rows = rows.where(column == value)
    if query.unallocated is not None:
        waits = Case.unallocated_since.is_not(None)
        rows = rows.where(waits if query.unallocated else ~waits)
    if query.no_contact_for_days is not None:
        since = clock.today() - timedelta(days=query.no_contact_for_days)
        rows = rows.where(func.coalesce(Case.last_contact_on, Case.opened_on) <= since)
    return rows


async def _cases_asked_for(session: AsyncSession, query: CasesQuery) -> set[UUID] | None:
    """The cases of the family, the child and the referral that are asked for: a handful, found by index before the
    list is read. None where none of the three is asked for."""
    found = []
    if query.family:
        found.append(select(Case.id).where(is_of(await _known_family_ids(session, query.family))))
    if query.child:
        known = await former_ids(session, (await surviving_ids(session, [query.child])).values())
        found.append(select(CaseChild.case_id).where(CaseChild.child_id.in_(known)))
    if query.referral:
        opened = select(Case.id).where(Case.referral_id == query.referral)
        joined = select(CaseReferral.case_id).where(CaseReferral.referral_id == query.referral)
        found.append(select(union(opened, joined).subquery().c.id))
    sets = [set((await session.scalars(each)).all()) for each in found]
    return set.intersection(*sets) if sets else None


async def _known_family_ids(session: AsyncSession, family_id: UUID) -> set[UUID]:
    """Every id that this family has or had: a referral under another id that joined its case makes the two one."""
    known, asked = set[UUID](), {family_id}
    while asked - known:
        known |= asked
        case_ids = (await session.scalars(select(Case.id).where(is_of(known)))).all()
        own = (await session.scalars(select(Case.family_id).where(Case.id.in_(case_ids)))).all()
        joined = select(CaseReferral.family_id).where(CaseReferral.case_id.in_(case_ids))
        asked = {*own, *(await session.scalars(joined)).all()}
    return known


async def event_fields_of(session: AsyncSession, case: Case) -> dict[str, Any]:
    """The fields that every event of a case has."""
    children = select(CaseChild.child_id).where(CaseChild.case_id == case.id).order_by(CaseChild.child_id)
    return {
        "case_id": case.id,
        "family_id": case.family_id,
        "child_ids": (await session.scalars(children)).all(),
        "pathway": case.pathway,
        "area": case.area,
    }


async def was_corrected_since(session: AsyncSession, child_ids: Collection[UUID], asked_at: datetime) -> bool:
    """Whether one of these children was corrected by the front door after it was asked about them."""
    later = select(CorrectedChild.child_id).where(
        CorrectedChild.child_id.in_(child_ids), CorrectedChild.asked_at > asked_at
    )
    return await session.scalar(later.limit(1)) is not None


async def standing_of(session: AsyncSession, case_id: UUID) -> CaseStanding:
    """How a case stands now; for services alone, so that no restriction is asked."""
    case = await find_case_where(session, true(), case_id)
    worker = await session.get(Worker, case.last_key_worker_id) if case.last_key_worker_id else None
    return CaseStanding(
        case_id=case.id,
        version=case.version,
        family_id=case.family_id,
        child_ids=[child.child_id for child in case.children],
        pathway=case.pathway,
        area=case.area,
        is_open=case.status == "open",
        since=case.opened_on,
        key_worker=worker and StandingOfWorker.model_validate(worker),
    )


async def children_by_any_id(session: AsyncSession, case: Case) -> dict[UUID, CaseChild]:
    """The children of a case that was loaded with them, by the ids that they have in it and that they answer to.

    Of several records of one child in the case the one counts under whose own id the child answers.
    """
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    own_last = sorted(case.children, key=lambda child: answers[child.child_id] == child.child_id)
    speaks = {answers[child.child_id]: child for child in own_last}
    return {**{child_id: speaks[answer] for child_id, answer in answers.items()}, **speaks}


async def children_chosen(
    session: AsyncSession, case: Case, named: Sequence[UUID], place: str = "/children/{}"
) -> list[CaseChild]:
    """The children of a case that a caller named, in that order, each once; where none is named, all of the case.

    `place` is the JSON Pointer to a child, with {} for its number. Raises InvalidBody for a child of another case.
    """
    known, chosen = await children_by_any_id(session, case), dict[UUID, CaseChild]()
    for number, child_id in enumerate(named):
        child = known.get(child_id)
        if child is None:
            raise InvalidBody(place.format(number), "not-of-this-case", "This is not a child of the case")
        if child.child_id in chosen:
            raise InvalidBody(place.format(number), "twice", "Each child is named once")
        chosen[child.child_id] = child
    return list(chosen.values()) or list({child.child_id: child for child in known.values()}.values())


async def received_on(session: AsyncSession, case: Case) -> date:
    """The day in London on which the first referral of a case was received: no step of the law is earlier (CIN 1103
    to 1105, 2889, 4015). Of a case without one, such as an imported one, the day on which it was opened."""
    first = select(func.min(func.coalesce(CaseReferral.received_at, CaseReferral.decided_at)))
    received_at = await session.scalar(first.where(CaseReferral.case_id == case.id))
    return min(clock.london_day(received_at), case.opened_on) if received_at else case.opened_on


async def case_as_it_is(session: AsyncSession, case_id: UUID) -> Case:
    """A case whose facts the caller has just changed, with its children and key worker of now."""
    found = select(Case).where(Case.id == case_id).options(selectinload(Case.children), selectinload(Case.key_worker))
    return (await session.scalars(found.execution_options(populate_existing=True))).one()


async def joined_families(session: AsyncSession, case: Case) -> set[UUID]:
    """The family under all its ids, and those with cases that share a child with it: one child is not half hidden."""
    family_ids, child_ids = {case.family_id}, set[UUID]()
    while True:
        case_ids = (await session.scalars(select(Case.id).where(is_of(family_ids, child_ids)))).all()
        own = (await session.scalars(select(Case.family_id).where(Case.id.in_(case_ids)))).all()
        of_referrals = select(CaseReferral.family_id).where(CaseReferral.case_id.in_(case_ids))
        joined = (await session.scalars(of_referrals)).all()
        found, children = family_ids.union(own, joined), await children_of_cases(session, case_ids)
        if (found, children) == (family_ids, child_ids):
            return family_ids
        family_ids, child_ids = found, children


async def children_of_cases(session: AsyncSession, case_ids: Collection[UUID]) -> set[UUID]:
    """The children of these cases under every id that they have or had."""
    child_ids = (await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id.in_(case_ids)))).all()
    return await former_ids(session, (await surviving_ids(session, child_ids)).values())


async def lock_held_by(session: AsyncSession, worker_id: UUID) -> Mapping[UUID, Case]:
    """Lock the open cases of a worker, before the worker is locked."""
    held = select(Case).where(Case.key_worker_id == worker_id, Case.status == "open").order_by(Case.id)
    found = await session.scalars(held.with_for_update().execution_options(populate_existing=True))
    return {case.id: case for case in found}


async def held_by(session: AsyncSession, worker_id: UUID) -> Sequence[UUID]:
    """The open cases of a worker: some dozen."""
    held = await session.scalars(select(Case.id).where(Case.key_worker_id == worker_id, Case.status == "open"))
    return held.all()
