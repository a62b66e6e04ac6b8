"""Caseloads: what key workers, teams, areas and the county hold."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.caseloads.schemas import Caseload, CaseloadsQuery, CaseloadSummary
from services.casework.cases.models import Case
from services.casework.cases.queries import visible_to as cases_visible_to
from services.casework.ceilings import rules as ceilings
from services.casework.ceilings.models import Ceiling
from services.casework.ceilings.schemas import CeilingInForce
from services.casework.workers.models import Worker
from services.casework.workers.queries import visible_to as workers_visible_to
from services.casework.workers.rules import KEY_WORKER_ROLES
from shared.auth import Actor
from shared.paging import page_of


def key_workers(actor: Actor, query: CaseloadsQuery) -> Select[Worker]:
    rows = select(Worker).where(Worker.role.in_(KEY_WORKER_ROLES), workers_visible_to(actor))
    return rows.where(Worker.area == query.area) if query.area else rows


def _loads(workers: Select[Worker]) -> Subquery:
    """One row for each of these workers: what they are and what they hold."""
    chosen = workers.subquery()
    held = (
        select(Case.key_worker_id, func.count().label("families"), func.sum(Case.child_count).label("children"))
        .where(Case.status == "open", Case.key_worker_id.in_(select(chosen.c.id)))
        .group_by(Case.key_worker_id)
        .subquery()
    )
    return (
        select(
            chosen.c.id,
            chosen.c.name,
            chosen.c.area,
            chosen.c.team,
            chosen.c.fte,
            func.coalesce(held.c.families, 0).label("families"),
            func.coalesce(held.c.children, 0).label("children"),
        )
        .outerjoin(held, held.c.key_worker_id == chosen.c.id)
        .subquery()
    )


async def caseloads_by_worker(
    session: AsyncSession, actor: Actor, query: CaseloadsQuery, ceiling: Ceiling
) -> tuple[list[Caseload], str | None]:
    """A page of workers by name, each with what they hold."""
    page, following = await page_of(session, key_workers(actor, query), [Worker.name, Worker.id], query)
    loads = _loads(select(Worker).where(Worker.id.in_([worker.id for worker in page])))
    found = {row.id: row for row in await session.execute(select(loads))}
    return [_caseload(found[worker.id], ceiling, worker_id=worker.id) for worker in page], following


async def caseloads_by_group(
    session: AsyncSession, actor: Actor, query: CaseloadsQuery, ceiling: Ceiling
) -> list[Caseload]:
    """The caseloads of teams, of areas or of the county: there are few of each, so that one page holds them."""
    loads = _loads(key_workers(actor, query))
    keys: Sequence[Any] = {"team": (loads.c.area, loads.c.team), "area": (loads.c.area,)}.get(query.by, ())
    summed = (
        func.count().label("workers"),
        func.sum(loads.c.fte).label("fte"),
        func.sum(loads.c.children).label("children"),
        func.sum(loads.c.families).label("families"),
    )
    grouped = select(*keys, *summed).having(func.count() > 0)
    rows = await session.execute(grouped.group_by(*keys).order_by(*keys) if keys else grouped)
    return [_caseload(row, ceiling) for row in rows]


def _caseload(row: Any, ceiling: Ceiling, worker_id: UUID | None = None) -> Caseload:
    own = ceilings.ceiling_of(ceiling.children, row.fte)
    told = row._mapping
    return Caseload(
        worker_id=worker_id,
        name=told.get("name"),
        area=told.get("area"),
        team=told.get("team"),
        workers=told.get("workers", 1),
        fte=row.fte,
        ceiling=own,
        children=row.children,
        families=row.families,
        utilisation=ceilings.utilisation(row.children, own),
        over_ceiling=not ceilings.fits(row.children, own),
    )


async def summarise(session: AsyncSession, actor: Actor, query: CaseloadsQuery, ceiling: Ceiling) -> CaseloadSummary:
    loads = _loads(key_workers(actor, query))
    held = (
        await session.execute(
            select(
                func.count().label("workers"),
                func.coalesce(func.sum(loads.c.children), 0).label("children"),
                func.coalesce(func.sum(loads.c.families), 0).label("families"),
                func.coalesce(func.min(loads.c.children), 0).label("minimum"),
                func.coalesce(func.max(loads.c.children), 0).label("maximum"),
            )
        )
    ).one()
    waiting = select(func.count(), func.coalesce(func.sum(Case.child_count), 0)).where(
        Case.unallocated_since.is_not(None), cases_visible_to(actor)
    )
    families, children = (
        await session.execute(waiting.where(Case.area == query.area) if query.area else waiting)
    ).one()
    mean = Decimal(held.children) / held.workers if held.workers else Decimal(0)
    return CaseloadSummary(
        **held._mapping,
        mean=mean.quantize(Decimal("0.01")),
        unallocated=families,
        unallocated_children=children,
        ceiling_in_force=CeilingInForce.model_validate(ceiling),
    )
