"""Who of the open cases reaches an age on which day."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.access import ALLOCATORS, KEY_WORKERS
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import children_named, visible_to
from services.casework.cases.cases.schemas import ChildNamed, KeyWorker
from services.casework.outcomes.ageing_out.models import ChildAtAge
from services.casework.outcomes.ageing_out.rules import AGES, Age, born_between, reaches_on, service_ends
from services.casework.outcomes.ageing_out.schemas import AgeingOut, AgeingOutQuery
from services.casework.workforce.workers.rules import team_key
from shared.auth import Actor
from shared.merged_children import MergedChild, former_ids, surviving_ids


async def reaching(
    session: AsyncSession, actor: Actor, query: AgeingOutQuery, first: date, last: date
) -> Select[ChildAtAge]:
    """The children of the open cases that the actor may see who reach an age from the first day to the last."""
    rows = select(ChildAtAge).join(Case, Case.id == ChildAtAge.case_id)
    rows = rows.where(Case.status == "open", visible_to(actor), _born(query, first, last))
    if query.area:
        rows = rows.where(Case.area == query.area)
    if query.team:
        rows = rows.where(Case.team_key == team_key(query.team))
    if query.worker:
        rows = rows.where(Case.key_worker_id == query.worker)
    second = await _second_records(session, rows)
    return rows.where(
        *(or_(ChildAtAge.case_id != case_id, ChildAtAge.child_id != child_id) for case_id, child_id in second)
    )


def _born(query: AgeingOutQuery, first: date, last: date) -> ColumnElement[bool]:
    ages = [query.reaches] if query.reaches else AGES
    days = [(int(age), *born_between(age, first, last)) for age in ages]
    return or_(
        *(
            and_(ChildAtAge.age == age, ChildAtAge.date_of_birth.between(earliest, latest))
            for age, earliest, latest in days
        )
    )


async def _second_records(session: AsyncSession, rows: Select[ChildAtAge]) -> list[tuple[UUID, UUID]]:
    """The records that answer to the same child as another in the list, of one case or of two: a child is there once.

    Only records that were merged are looked at, those of half a year's births: a handful.
    """
    merged = rows.join(MergedChild, MergedChild.child_id == ChildAtAge.child_id)
    lapsed = await session.scalars(merged.where(MergedChild.surviving_child_id.is_not(None)))
    survivors = set((await surviving_ids(session, {row.child_id for row in lapsed})).values())
    known = await former_ids(session, survivors)
    found = (await session.scalars(rows.where(ChildAtAge.child_id.in_(known)))).all()
    answers = await surviving_ids(session, known)
    first: dict[UUID, tuple[UUID, UUID]] = {}
    for row in sorted(found, key=lambda each: (answers[each.child_id] != each.child_id, each.case_id, each.child_id)):
        first.setdefault(answers[row.child_id], (row.case_id, row.child_id))
    return [(row.case_id, row.child_id) for row in found if first[answers[row.child_id]] != (row.case_id, row.child_id)]


async def show(session: AsyncSession, actor: Actor, rows: Sequence[ChildAtAge]) -> list[AgeingOut]:
    ids = await surviving_ids(session, [row.child_id for row in rows])
    found = select(Case).where(Case.id.in_({row.case_id for row in rows})).options(selectinload(Case.key_worker))
    cases: dict[UUID, Case] = {case.id: case for case in await session.scalars(found)}
    seen = visible_to(actor) if actor.has(*KEY_WORKERS, *ALLOCATORS) else false()
    named = await children_named(session, seen, cases)
    names = {(case_id, child.child_id): child for case_id, children in named.items() for child in children}
    return [
        _shown(row, child_id, names.get((row.case_id, child_id)), cases[row.case_id])
        for row in rows
        for child_id in [ids[row.child_id]]
    ]


def _shown(row: ChildAtAge, child_id: UUID, child: ChildNamed | None, case: Case) -> AgeingOut:
    age = Age(row.age)
    return AgeingOut(
        child_id=child_id,
        child=child,
        case_id=case.id,
        family_id=case.family_id,
        reaches=age,
        on=reaches_on(row.date_of_birth, age),
        additional_needs=row.additional_needs,
        service_ends=service_ends(age, row.additional_needs),
        pathway=case.pathway,
        area=case.area,
        team=case.team,
        key_worker=KeyWorker.model_validate(case.key_worker) if case.key_worker else None,
    )
