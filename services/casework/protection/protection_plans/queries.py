"""Reads of protection plans, filtered by what the actor may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import visible_to
from services.casework.protection.protection_plans.models import IS_IN_FORCE, ProtectionPlan
from services.casework.protection.protection_plans.schemas import (
    FiguresQuery,
    PlanFigures,
    PlanShown,
    PlansQuery,
    Sighting,
)
from services.casework.record.contacts.models import Contact, ContactChild
from services.casework.record.contacts.rules import MET_BY_VISITS
from services.casework.record.timescales.models import NOT_DONE, Timescale
from services.casework.workforce.workers.rules import team_key
from shared import clock
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids
from shared.problems import NotFound

DURATIONS: Sequence[tuple[str, int]] = (
    ("under_3_months", 91),
    ("3_to_6_months", 182),
    ("6_to_12_months", 365),
    ("1_to_2_years", 730),
)
"""Each with the days that it ends before."""
LONGEST = "2_years_or_more"


async def find_plan(session: AsyncSession, actor: Actor, plan_id: UUID) -> ProtectionPlan:
    """The plan, read anew; raises NotFound where its case is not seen."""
    rows = select(ProtectionPlan).join(Case, Case.id == ProtectionPlan.case_id)
    rows = rows.where(ProtectionPlan.id == plan_id, visible_to(actor))
    found: ProtectionPlan | None = await session.scalar(rows.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("protection_plan", plan_id)
    return found


async def plans_of(session: AsyncSession, child_ids: Collection[UUID]) -> Sequence[ProtectionPlan]:
    """Every plan of these children, under any id that they have or had, the first one first."""
    known = await former_ids(session, (await surviving_ids(session, child_ids)).values())
    rows = select(ProtectionPlan).where(ProtectionPlan.child_id.in_(known))
    return (await session.scalars(rows.order_by(ProtectionPlan.started_on, ProtectionPlan.id))).all()


async def open_plan_of(session: AsyncSession, child_id: UUID) -> ProtectionPlan | None:
    return next((plan for plan in await plans_of(session, [child_id]) if plan.ended_on is None), None)


async def open_plans_in(session: AsyncSession, case_id: UUID) -> Sequence[ProtectionPlan]:
    rows = select(ProtectionPlan).where(ProtectionPlan.case_id == case_id, IS_IN_FORCE)
    return (await session.scalars(rows.order_by(ProtectionPlan.started_on, ProtectionPlan.id))).all()


def listed(actor: Actor, query: PlansQuery) -> Select[ProtectionPlan]:
    rows = select(ProtectionPlan).join(Case, Case.id == ProtectionPlan.case_id).where(visible_to(actor))
    rows = rows.where(IS_IN_FORCE if query.open else ~IS_IN_FORCE)
    if query.longer_than_days is not None:
        if query.open:
            rows = rows.where(ProtectionPlan.started_on < clock.today() - timedelta(days=query.longer_than_days))
        else:
            rows = rows.where(ProtectionPlan.lasted_days > query.longer_than_days)
    for column, value in (
        (Case.area, query.area),
        (Case.team_key, team_key(query.team)),
        (Case.key_worker_id, query.worker),
        (ProtectionPlan.category, query.category),
    ):
        if value is not None:
            rows = rows.where(column == value)
    return rows


async def figures(session: AsyncSession, actor: Actor, query: FiguresQuery) -> PlanFigures:
    """Counted over the plans in force that the actor may see, so that they agree with the list."""
    today = clock.today()
    duration = case(
        *((ProtectionPlan.started_on > today - timedelta(days=below), name) for name, below in DURATIONS),
        else_=LONGEST,
    ).label("duration")
    again = (ProtectionPlan.previous_plans > 0).label("again")
    groups = (ProtectionPlan.category, duration, again, ProtectionPlan.temporary)
    columns: list[Any] = [*groups, func.count()]
    rows = select(*columns).join(Case, Case.id == ProtectionPlan.case_id)
    rows = rows.where(IS_IN_FORCE, visible_to(actor)).group_by(*groups)
    rows = rows.where(Case.area == query.area) if query.area else rows
    rows = rows.where(Case.team_key == team_key(query.team)) if query.team else rows
    counted = PlanFigures(
        plans=0,
        by_category=dict.fromkeys(("NEG", "PHY", "SAB", "EMO"), 0),
        by_duration=dict.fromkeys((*(name for name, _ in DURATIONS), LONGEST), 0),
        second_or_later=0,
        temporary=0,
    )
    for category, lasting, had_before, temporary, count in await session.execute(rows):
        counted.plans += count
        counted.by_category[category] += count
        counted.by_duration[lasting] += count
        counted.second_or_later += count if had_before else 0
        counted.temporary += count if temporary else 0
    return counted


async def shown(session: AsyncSession, plans: Sequence[ProtectionPlan]) -> list[PlanShown]:
    """Each with what is due and when the child was seen last, in a few statements for all of them."""
    answers = await surviving_ids(session, {plan.child_id for plan in plans})
    due = await _due_days(session, [plan.id for plan in plans])
    seen = await last_seen(session, {plan.case_id for plan in plans})
    return [PlanShown.of(plan, answers, due, seen) for plan in plans]


async def _due_days(session: AsyncSession, plan_ids: Collection[UUID]) -> Mapping[tuple[UUID, str], date]:
    rows = select(Timescale.about_id, Timescale.step, Timescale.due_on)
    found = await session.execute(rows.where(Timescale.about_id.in_(plan_ids), NOT_DONE))
    return {(row.about_id, row.step): row.due_on for row in found}


async def last_seen(session: AsyncSession, case_ids: Collection[UUID]) -> Mapping[tuple[UUID, UUID], Sighting]:
    """By case and child, under the id that the child answers to: at a visit or a meeting, for whatever purpose."""
    day = func.max(Contact.happened_on)
    alone = func.max(case((ContactChild.seen_alone.is_(True), Contact.happened_on)))
    rows = (
        select(Contact.case_id, ContactChild.child_id, day.label("seen"), alone.label("alone"))
        .join(ContactChild, ContactChild.contact_id == Contact.id)
        .where(Contact.case_id.in_(case_ids), Contact.entered_in_error.is_(False), ContactChild.seen.is_(True))
        .group_by(Contact.case_id, ContactChild.child_id)
    )
    found = (await session.execute(rows)).all()
    answers = await surviving_ids(session, {row.child_id for row in found})
    latest: dict[tuple[UUID, UUID], Sighting] = {}
    for row in found:
        last = latest.setdefault((row.case_id, answers[row.child_id]), Sighting())
        last.seen_on = max(filter(None, (last.seen_on, row.seen)), default=None)
        last.seen_alone_on = max(filter(None, (last.seen_alone_on, row.alone)), default=None)
    return latest


async def last_done_on(session: AsyncSession, plan_ids: Iterable[UUID]) -> date | None:
    """The day of the last core group or review on record under these plans; a visit may be made after the end, too."""
    rows = select(func.max(Timescale.met_on)).where(Timescale.about_id.in_(list(plan_ids)))
    rows = rows.where(Timescale.step.not_in(MET_BY_VISITS))
    found: date | None = await session.scalar(rows)
    return found
