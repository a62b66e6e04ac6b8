"""Which families a worker would give, and who could take them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.allocations.queries import candidates_from, family_of, fit_workers, who_knew
from services.casework.allocation.caseload_transfers.rules import Assignment, assign
from services.casework.cases.cases.models import Case
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import visible_to as workers_visible_to
from services.casework.workforce.workers.rules import NEEDS_REGISTRATION
from shared.auth import Actor
from shared.problems import InvalidBody


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


async def assignments_of(
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
    return assign(families, await candidates_from(session, actor, hands.values()), over_ceiling=over_ceiling)


async def require_known(session: AsyncSession, actor: Actor, to: Collection[UUID]) -> None:
    """Raises InvalidBody where one of these is no worker whom the actor may allocate."""
    found = await session.scalars(select(Worker.id).where(workers_visible_to(actor), Worker.id.in_(to)))
    if set(to) - set(found):
        raise InvalidBody("/to", "unknown", "There is no such worker")
