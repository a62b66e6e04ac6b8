"""What workers, teams and areas hold, now and on a past day, and how that went from week to week."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.casework.allocation.caseloads import rules
from services.casework.allocation.caseloads.rules import Amounts, Change, Spread, Total
from services.casework.allocation.caseloads.schemas import (
    Caseload,
    CaseloadsQuery,
    CaseloadSummary,
    HoldingSoMany,
    Whose,
)
from services.casework.allocation.ceilings import rules as ceilings
from services.casework.allocation.ceilings.schemas import CeilingInForce
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.rules import WITHOUT_KEY_WORKER
from services.casework.cases.holdings.models import Holding, UnallocatedCount
from services.casework.record.timescales.models import NOT_DONE, Timescale
from services.casework.workforce.absences.queries import absent_until
from services.casework.workforce.workers.models import Post, Worker, WorkersHolding
from services.casework.workforce.workers.queries import visible_to as workers_visible_to
from services.casework.workforce.workers.rules import KEY_WORKER_ROLES, team_key
from shared import clock
from shared.auth import Actor
from shared.paging import page_of

WAITS = and_(Holding.key_worker_id.is_(None), Holding.pathway.not_in(WITHOUT_KEY_WORKER))
"""Of a family: that it waits for a key worker."""


def on(day: date, of: type[Holding] | type[Post]) -> ColumnElement[bool]:
    """Whether this is how it stood at the end of a day."""
    return and_(of.from_on <= day, or_(of.until_on.is_(None), of.until_on > day))


def asked(actor: Actor, query: Whose, of: type[Worker] | type[Post]) -> ColumnElement[bool]:
    """Key workers of the area and team that are asked for and that the actor's role is for."""
    area = of.area == query.area if query.area else true()
    team = of.team_key == team_key(query.team) if query.team else true()
    return and_(of.role.in_(KEY_WORKER_ROLES), workers_visible_to(actor, of), area, team)


def _loads(day: date | None, chosen: ColumnElement[bool], held_by: ColumnElement[bool]) -> Subquery:
    """One row for each of these key workers: where they are and what they hold."""
    if day is None:
        columns = (Worker.id, Worker.area, Worker.team, Worker.team_key, Worker.fte, Worker.children, Worker.families)
        return select(*columns).where(Worker.in_post, chosen).subquery()
    held = (
        select(Holding.key_worker_id, func.count().label("families"), func.sum(Holding.children).label("children"))
        .where(on(day, Holding), held_by)
        .group_by(Holding.key_worker_id)
        .subquery()
    )
    return (
        select(
            Post.worker_id.label("id"),
            Post.area,
            Post.team,
            Post.team_key,
            Post.fte,
            func.coalesce(held.c.children, 0).label("children"),
            func.coalesce(held.c.families, 0).label("families"),
        )
        .outerjoin(held, held.c.key_worker_id == Post.worker_id)
        .where(on(day, Post), chosen)
        .subquery()
    )


def _loads_of_all(actor: Actor, query: Whose, day: date | None) -> Subquery:
    return _loads(day, asked(actor, query, Post if day else Worker), Holding.key_worker_id.is_not(None))


async def spread_of(session: AsyncSession, actor: Actor, query: Whose, day: date | None) -> list[Spread]:
    """How the children are spread over the key workers: at most some hundred rows, whatever they hold."""
    if day is None and not (query.team or actor.team):
        kept = select(WorkersHolding).where(WorkersHolding.workers > 0)
        for area in (query.area, actor.area):
            kept = kept.where(WorkersHolding.area == area) if area else kept
        rows = (await session.scalars(kept)).all()
        return [Spread(row.area, row.children, row.workers, row.families, row.fte) for row in rows]
    loads = _loads_of_all(actor, query, day)
    held = (loads.c.area, loads.c.children)
    counted = select(*held, func.count(), func.sum(loads.c.families), func.sum(loads.c.fte)).group_by(*held)
    return [
        Spread(area, int(children), workers, int(families), fte)
        for area, children, workers, families, fte in await session.execute(counted)
    ]


async def caseloads_by(
    session: AsyncSession,
    actor: Actor,
    query: CaseloadsQuery,
    day: date | None,
    ceiling: CeilingInForce,
    spread: Sequence[Spread],
) -> tuple[list[Caseload], str | None]:
    """The caseloads of `query.by`, and the cursor of the next page, which only workers have."""
    if query.by == "worker":
        return await caseloads_by_worker(session, actor, query, day, ceiling)
    if query.by == "team":
        return await caseloads_by_team(session, actor, query, day, ceiling), None
    return await caseloads_by_area(session, actor, query, day, ceiling, spread), None


async def caseloads_by_worker(
    session: AsyncSession, actor: Actor, query: CaseloadsQuery, day: date | None, ceiling: CeilingInForce
) -> tuple[list[Caseload], str | None]:
    """A page of workers by name, each with what they hold."""
    people = select(Worker).where(Worker.in_post, asked(actor, query, Worker))
    if day:
        people = select(Worker).join(Post, Post.worker_id == Worker.id).where(on(day, Post), asked(actor, query, Post))
    page, following = await page_of(session, people, [Worker.name, Worker.id], query)
    return await caseloads_of(session, page, day, ceiling), following


async def caseloads_of(
    session: AsyncSession, workers: Sequence[Worker], day: date | None, ceiling: CeilingInForce
) -> list[Caseload]:
    """What each of these workers holds, in their order."""
    ids = [worker.id for worker in workers]
    held: dict[UUID, Any] = {worker.id: worker for worker in workers}
    if day:
        loads = _loads(day, Post.worker_id.in_(ids), Holding.key_worker_id.in_(ids))
        held = {row.id: row for row in await session.execute(select(loads))}
    holder = Holding.key_worker_id if day else Case.key_worker_id
    overdue = await _counted(session, _overdue(day).where(holder.in_(ids)), holder)
    absent = await absent_until(session, ids, day or clock.today())
    return [
        _caseload(
            Total(1, int(held[worker.id].children), held[worker.id].families, held[worker.id].fte),
            ceiling,
            overdue.get((worker.id,), 0),
            worker_id=worker.id,
            name=worker.name,
            area=held[worker.id].area,
            team=held[worker.id].team,
            on_leave=worker.id in absent,
            on_leave_until=absent.get(worker.id),
        )
        for worker in workers
    ]


async def caseloads_by_team(
    session: AsyncSession, actor: Actor, query: CaseloadsQuery, day: date | None, ceiling: CeilingInForce
) -> list[Caseload]:
    """The caseloads of teams: an area has a few, so that one page holds them."""
    of = Post if day else Worker
    loads = _loads_of_all(actor, query, day)
    summed = (func.count(), func.sum(loads.c.children), func.sum(loads.c.families), func.sum(loads.c.fte))
    team, spelt = (loads.c.area, loads.c.team_key), func.min(loads.c.team)
    rows = await session.execute(select(*team, spelt, *summed).group_by(*team).order_by(*team))
    overdue = await _counted(session, _overdue_with(day, asked(actor, query, of)), of.area, of.team_key)
    return [
        _caseload(
            Total(workers, int(children), int(families), fte),
            ceiling,
            overdue.get((area, key), 0),
            area=area,
            team=spelling,
        )
        for area, key, spelling, workers, children, families, fte in rows
    ]


async def caseloads_by_area(
    session: AsyncSession,
    actor: Actor,
    query: CaseloadsQuery,
    day: date | None,
    ceiling: CeilingInForce,
    spread: Sequence[Spread],
) -> list[Caseload]:
    """The caseloads of the areas; of the county as one where that is asked."""
    of = Post if day else Worker
    overdue = await _counted(session, _overdue_with(day, asked(actor, query, of)), of.area)
    if query.by == "county":
        return [_caseload(rules.total(spread), ceiling, sum(overdue.values()))] if spread else []
    areas = {row.area: [each for each in spread if each.area == row.area] for row in spread}
    return [
        _caseload(rules.total(rows), ceiling, overdue.get((area,), 0), area=area)
        for area, rows in sorted(areas.items())
    ]


def _overdue(day: date | None) -> Select[Any]:
    """What is past its due day in families that have a key worker."""
    rows = select(func.count()).select_from(Timescale)
    if day is None:
        now = and_(Case.status == "open", Case.key_worker_id.is_not(None), NOT_DONE, Timescale.due_on < clock.today())
        return rows.join(Case, Case.id == Timescale.case_id).where(now)
    not_met = or_(Timescale.met_on.is_(None), Timescale.met_on > day)
    not_ended = or_(Timescale.ended_on.is_(None), Timescale.ended_on > day)
    held = and_(Holding.case_id == Timescale.case_id, on(day, Holding), Holding.key_worker_id.is_not(None))
    return rows.join(Holding, held).where(Timescale.due_on < day, not_met, not_ended)


def _overdue_with(day: date | None, chosen: ColumnElement[bool]) -> Select[Any]:
    """The same with these key workers."""
    if day is None:
        return _overdue(day).join(Worker, Worker.id == Case.key_worker_id).where(chosen)
    return _overdue(day).join(Post, Post.worker_id == Holding.key_worker_id).where(on(day, Post), chosen)


async def _counted(
    session: AsyncSession, rows: Select[Any], *keys: InstrumentedAttribute[Any]
) -> dict[tuple[Any, ...], int]:
    found = await session.execute(rows.add_columns(*keys).group_by(*keys))
    return {tuple(row[1:]): row[0] for row in found}


def _caseload(held: Total, ceiling: CeilingInForce, overdue: int, **who: Any) -> Caseload:
    own = ceilings.ceiling_of(ceiling.children, held.fte)
    return Caseload(
        **who,
        **vars(held),
        ceiling=own,
        utilisation=ceilings.utilisation(held.children, own),
        over_ceiling=not ceilings.fits(held.children, own),
        overdue=overdue,
    )


async def summarise(
    session: AsyncSession,
    actor: Actor,
    query: Whose,
    day: date | None,
    ceiling: CeilingInForce,
    spread: Sequence[Spread],
) -> CaseloadSummary:
    held, workers = rules.total(spread), rules.distribution(spread)
    families, children = await waiting(session, actor, query, day)
    return CaseloadSummary(
        workers=held.workers,
        children=held.children,
        families=held.families,
        mean=rules.mean(held.children, held.workers),
        minimum=min(workers, default=0),
        maximum=max(workers, default=0),
        distribution=[HoldingSoMany(children=many, workers=workers[many]) for many in workers],
        unallocated=families,
        unallocated_children=children,
        ceiling_in_force=ceiling,
    )


async def waiting(session: AsyncSession, actor: Actor, query: Whose, day: date | None) -> tuple[int, int]:
    """Families, and their children, that wait for a key worker: of the area asked for, else of those that the actor's
    role is for, with the families of whom no area is known."""
    if day is None:
        area: ColumnElement[Any] = func.coalesce(UnallocatedCount.area, "")
        counted = select(func.sum(UnallocatedCount.families), func.sum(UnallocatedCount.children))
    else:
        area = func.coalesce(Holding.area, "")
        counted = select(func.count(), func.sum(Holding.children)).where(on(day, Holding), WAITS)
    families, children = (await session.execute(counted.where(of_area(area, actor, query)))).one()
    return int(families or 0), int(children or 0)


def of_area(area: ColumnElement[Any], actor: Actor, query: Whose) -> ColumnElement[bool]:
    own = area.in_([actor.area, ""]) if actor.area else true()
    return and_(own, area == query.area) if query.area else own


async def held_at_ends(session: AsyncSession, actor: Actor, whose: Whose, days: Sequence[date]) -> list[Amounts]:
    """What was held at the end of each day, of which the last is today: counted back from now."""
    changed = [change async for change in changes(session, actor, whose, days[0], days[-1])]
    now = rules.total(await spread_of(session, actor, whose, None))
    unallocated, _ = await waiting(session, actor, whose, None)
    today = Amounts(now.workers, now.fte, now.children, now.families, unallocated)
    return [*rules.levels(changed, days[:-1]), today]


async def changes(session: AsyncSession, actor: Actor, whose: Whose, first: date, last: date) -> AsyncIterator[Change]:
    """Everything that was added to caseloads, or taken away, until the last day, of what was there after the first."""
    posts = select(Post.from_on, Post.until_on, Post.fte).where(asked(actor, whose, Post), _in_time(Post, first, last))
    async for on, sign, row in _by_day(session, posts.subquery(), ["fte"]):
        yield on, sign * Amounts(workers=row[0], fte=row[1])
    async for on, sign, row in _by_day(session, _held(actor, whose, first, last).subquery(), ["children"]):
        yield on, sign * Amounts(families=row[0], children=int(row[1]))
    waiting = select(Holding.from_on, Holding.until_on).where(
        WAITS, of_area(func.coalesce(Holding.area, ""), actor, whose), _in_time(Holding, first, last)
    )
    async for on, sign, row in _by_day(session, waiting.subquery(), []):
        yield on, sign * Amounts(unallocated=row[0])


def _held(actor: Actor, whose: Whose, first: date, last: date) -> Select[Any]:
    """How long each family was held by somebody while that was a key worker of those asked for."""
    from_on = case((Holding.from_on > Post.from_on, Holding.from_on), else_=Post.from_on)
    until_on = case(
        (Holding.until_on.is_(None), Post.until_on),
        (Post.until_on.is_(None), Holding.until_on),
        (Holding.until_on < Post.until_on, Holding.until_on),
        else_=Post.until_on,
    )
    together = and_(
        or_(Holding.until_on.is_(None), Holding.until_on > Post.from_on),
        or_(Post.until_on.is_(None), Post.until_on > Holding.from_on),
    )
    return (
        select(from_on.label("from_on"), until_on.label("until_on"), Holding.children)
        .join(Post, Post.worker_id == Holding.key_worker_id)
        .where(together, asked(actor, whose, Post), _in_time(Post, first, last), _in_time(Holding, first, last))
    )


def _in_time(of: type[Holding] | type[Post], first: date, last: date) -> ColumnElement[bool]:
    return and_(of.from_on <= last, or_(of.until_on.is_(None), of.until_on > first))


async def _by_day(
    session: AsyncSession, times: Subquery, summed: Sequence[str]
) -> AsyncIterator[tuple[date, int, Sequence[Any]]]:
    """For each day how many of these times began, or ended, on it, with the sums of some of their columns."""
    sums = [func.sum(times.c[name]) for name in summed]
    for day, sign in ((times.c.from_on, +1), (times.c.until_on, -1)):
        counted = select(day, func.count(), *sums).where(day.is_not(None)).group_by(day)
        for row in await session.execute(counted):
            yield row[0], sign, row[1:]
