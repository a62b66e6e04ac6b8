"""Which transfers somebody may see, and who could take the families of a worker."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, contains_eager

from services.casework.access import ALLOCATORS, KEY_WORKERS
from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.allocations.queries import candidates_from, family_of, fit_workers, who_knew
from services.casework.allocation.allocations.rules import Assignment, spread
from services.casework.allocation.transfers.models import Transfer
from services.casework.allocation.transfers.schemas import TransfersQuery
from services.casework.cases.cases.models import Case
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import visible_to as workers_visible_to
from services.casework.workforce.workers.rules import NEEDS_REGISTRATION
from shared.auth import Actor
from shared.problems import InvalidBody, NotFound

GIVING = aliased(Worker)

RECEIVING = aliased(Worker)


def is_of_side(actor: Actor, worker: type[Worker]) -> ColumnElement[bool]:
    """`rules.is_of_side` in SQL."""
    area = worker.area == actor.area if actor.area else true()
    team = worker.team == actor.team if actor.team else true()
    allocates = and_(area, team) if actor.has(*ALLOCATORS) else false()
    return or_(allocates, worker.subject == actor.subject if actor.has(*KEY_WORKERS) else false())


def all_transfers(actor: Actor) -> Select[Transfer]:
    """All but those of families that are restricted from the actor, with what is shown of them."""
    return (
        select(Transfer)
        .join(Case, Case.id == Transfer.case_id)
        .join(GIVING, GIVING.id == Transfer.from_worker_id)
        .join(RECEIVING, RECEIVING.id == Transfer.to_worker_id)
        .where(not_restricted_for(actor, Case.family_id))
        .options(
            contains_eager(Transfer.case),
            contains_eager(Transfer.from_worker.of_type(GIVING)),
            contains_eager(Transfer.to_worker.of_type(RECEIVING)),
        )
    )


def visible_transfers(actor: Actor, query: TransfersQuery) -> Select[Transfer]:
    """Those of both sides, and what the actor offered."""
    own = and_(Transfer.offered_by == actor.subject, true() if actor.has(*ALLOCATORS) else false())
    rows = all_transfers(actor).where(or_(is_of_side(actor, GIVING), is_of_side(actor, RECEIVING), own))
    if query.case:
        rows = rows.where(Transfer.case_id == query.case)
    if query.worker:
        rows = rows.where(or_(Transfer.from_worker_id == query.worker, Transfer.to_worker_id == query.worker))
    if query.status:
        rows = rows.where(Transfer.status == query.status)
    return rows


async def find_transfer(session: AsyncSession, actor: Actor, transfer_id: UUID, *, lock: bool = False) -> Transfer:
    """Raises NotFound where the actor may not see it."""
    found = visible_transfers(actor, TransfersQuery()).where(Transfer.id == transfer_id)
    if lock:
        found = found.with_for_update(of=Transfer).execution_options(populate_existing=True)
    transfer = await session.scalar(found)
    if transfer is None:
        raise NotFound("transfer", transfer_id)
    return transfer


async def current_allocations(session: AsyncSession, case_ids: Collection[UUID]) -> dict[UUID, Allocation]:
    rows = select(Allocation).where(Allocation.case_id.in_(case_ids), Allocation.ended_on.is_(None))
    return {held.case_id: held for held in await session.scalars(rows)}


async def families_to_move(
    session: AsyncSession, actor: Actor, worker_id: UUID, *, lock: bool = False
) -> Sequence[Case]:
    """What a worker holds, wherever the families live, but for those that are restricted from the actor."""
    rows = (
        select(Case)
        .where(Case.key_worker_id == worker_id, Case.status == "open", not_restricted_for(actor, Case.family_id))
        .order_by(Case.id)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(rows.with_for_update(of=Case) if lock else rows)).all()


async def assign(
    session: AsyncSession,
    actor: Actor,
    worker: Worker,
    cases: Sequence[Case],
    to: Collection[UUID] | None,
    *,
    over_ceiling: bool,
) -> list[Assignment]:
    """Who would get which of these families: among the named workers, or whoever is suggested for any of them."""
    knew = {case.id: await who_knew(session, actor, case) for case in cases}
    own = select(Worker).where(workers_visible_to(actor), Worker.id != worker.id)
    hands: dict[UUID, Worker] = {}
    if to is None:
        for needs, area in sorted({(case.pathway in NEEDS_REGISTRATION, case.area or "") for case in cases}):
            hands |= {each.id: each for each in await fit_workers(session, own, area or None, registered=needs)}
        to = {worker_id for each in knew.values() for worker_id in each}
    elif worker.id in to:
        raise InvalidBody("/to", "same-worker", "The families of a worker go to others")
    named = await session.scalars(own.where(Worker.id.in_(to)).execution_options(populate_existing=True))
    hands |= {each.id: each for each in named}
    families = {case.id: await family_of(session, case, knew[case.id], hands.values()) for case in cases}
    return spread(families, await candidates_from(session, actor, hands.values()), over_ceiling=over_ceiling)


async def require_known(session: AsyncSession, actor: Actor, to: Collection[UUID]) -> None:
    """Raises InvalidBody where one of these is no worker whom the actor may allocate."""
    found = await session.scalars(select(Worker.id).where(workers_visible_to(actor), Worker.id.in_(to)))
    if set(to) - set(found):
        raise InvalidBody("/to", "unknown", "There is no such worker")
