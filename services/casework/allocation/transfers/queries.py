"""Which transfers somebody may see."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, contains_eager

from services.casework.access import ALLOCATORS, KEY_WORKERS
from services.casework.allocation.transfers.models import Transfer
from services.casework.allocation.transfers.schemas import TransfersQuery
from services.casework.cases.cases.models import Case
from services.casework.cases.restrictions.queries import not_restricted_for
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.rules import team_key
from shared.auth import Actor
from shared.problems import NotFound

GIVING = aliased(Worker)

RECEIVING = aliased(Worker)


def is_of_side(actor: Actor, worker: type[Worker]) -> ColumnElement[bool]:
    """`is_of_side` of `allocation/transfers/rules.py` in SQL.

    `tests/services/casework/allocation/test_transfers.py` holds the two together.
    """
    area = worker.area == actor.area if actor.area else true()
    team = worker.team_key == team_key(actor.team) if actor.team else true()
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
