"""Giving a family its key worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import MANAGERS
from services.casework.allocation.allocations import rules
from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.allocations.queries import candidates_from, earliest_start, family_of
from services.casework.allocation.allocations.schemas import NewAllocation
from services.casework.allocation.ceilings.rules import fits
from services.casework.allocation.moves.actions import record_move
from services.casework.cases.cases.actions import require_open
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.queries import find_case
from services.casework.cases.holdings.actions import settle
from services.casework.fields import past_day
from services.casework.record.chronology.actions import record_about_case
from services.casework.workforce.workers.actions import ensure_in_post_by
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import find_worker
from shared import audit, clock, outbox
from shared.auth import Actor
from shared.contracts.casework import CaseAllocated, CaseloadCeilingExceeded
from shared.problems import InvalidBody, NotFound, Problem


class CaseAlreadyAllocated(Problem):
    status = 409
    code = "case-already-allocated"
    title = "This family has a key worker already"


class NotAKeyWorker(Problem):
    status = 409
    code = "not-a-key-worker"
    title = "Only a social worker or a family support worker can be key worker"


class RegistrationRequired(Problem):
    status = 409
    code = "registration-required"
    title = "On this pathway the key worker is a registered social worker"


class CaseloadCeilingReached(Problem):
    status = 409
    code = "caseload-ceiling-reached"
    title = "With this family the worker would hold more children than the ceiling allows"


class OverrideNeedsManager(Problem):
    status = 403
    code = "override-needs-manager"
    title = "Only a team manager or an area manager may pass the ceiling, or choose a worker on leave or leaving"


class WorkerNotInPost(Problem):
    status = 409
    code = "worker-not-in-post"
    title = "This worker is not in post: choose another"


class WorkerLeaving(Problem):
    status = 409
    code = "worker-leaving"
    title = "This worker is about to leave: choose another, or a manager gives a reason"


class WorkerOnLeave(Problem):
    status = 409
    code = "worker-on-leave"
    title = "This worker is on leave: choose another, or a manager gives a reason"


class WorkerNotNamed(Problem):
    status = 409
    code = "worker-not-named"
    title = "This record is restricted and the worker could not open it: have the worker named first"


OBSTACLES: Mapping[rules.Obstacle, type[Problem]] = {
    "not-a-key-worker": NotAKeyWorker,
    "registration-required": RegistrationRequired,
    "worker-not-in-post": WorkerNotInPost,
    "worker-leaving": WorkerLeaving,
    "worker-on-leave": WorkerOnLeave,
    "worker-not-named": WorkerNotNamed,
}


@dataclass(frozen=True)
class Fit:
    """That a worker may take a family: what they would hold, and the reason that it needed."""

    children: int
    ceiling: Decimal
    over: bool
    override_reason: str | None


async def allocate_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewAllocation) -> Allocation:
    """Make a worker the key worker of a family, within the ceiling or with a manager's reason for passing it.

    The worker's row is locked before the children are counted: of two allocations at one moment the second counts
    those of the first.
    """
    case = await find_case(session, actor, case_id, lock=True)
    require_open(case)
    if case.key_worker_id:
        raise CaseAlreadyAllocated
    worker = await _find_chosen(session, actor, sent.worker_id)
    fit = await require_fit(session, actor, case, worker, sent.override_reason)
    rule = "A key worker does not start before the family was without one"
    starts_on = past_day("/starts_on", sent.starts_on, await earliest_start(session, case), rule)
    await ensure_in_post_by(session, worker, starts_on)
    allocation = add_allocation(session, actor, case, worker, starts_on, fit)
    if case.area is None:
        await record_move(session, actor, case, worker.area, case.opened_on)
    await settle(session, [case])
    facts = {"worker_id": str(worker.id)}
    await record_about_case(session, case, "case_allocated", starts_on, about_id=allocation.id, facts=facts)
    audit.record(session, actor, "case_allocate", "case", case.id, worker_id=str(worker.id), over_ceiling=fit.over)
    await announce_allocation(session, allocation, case, worker)
    if fit.over:
        await announce_over_ceiling(session, case, worker, fit.children, fit.ceiling)
    return allocation


async def require_fit(
    session: AsyncSession, actor: Actor, case: Case, worker: Worker, override_reason: str | None
) -> Fit:
    """Raises what stands against this worker, whose row the caller has locked, as key worker of the case from now on.

    What only a manager may pass, a manager passes with a reason.
    """
    [candidate] = await candidates_from(session, None, [worker])
    family = await family_of(session, case, {}, [worker])
    [suggested] = rules.ranked(family, [candidate])
    for obstacle in suggested.obstacles:
        if obstacle not in rules.FOR_A_MANAGER or not override_reason:
            raise OBSTACLES[obstacle]
    if not suggested.fits and not override_reason:
        raise CaseloadCeilingReached(children=suggested.would_hold, ceiling=float(candidate.ceiling))
    needed = bool(suggested.obstacles) or not suggested.fits
    if needed and not actor.has(*MANAGERS):
        raise OverrideNeedsManager
    return Fit(suggested.would_hold, candidate.ceiling, not suggested.fits, override_reason if needed else None)


def add_allocation(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    worker: Worker,
    starts_on: date,
    fit: Fit,
    *,
    allocation_id: UUID | None = None,
    ended_on: date | None = None,
) -> Allocation:
    """Write down that a worker holds a family from a day on, or held it until another did; `settle` makes it so."""
    allocation = Allocation(
        id=allocation_id or uuid4(),
        case_id=case.id,
        worker_id=worker.id,
        starts_on=starts_on,
        ended_on=ended_on,
        end_reason="transferred" if ended_on else None,
        children=fit.children,
        ceiling=fit.ceiling,
        override_reason=fit.override_reason,
        allocated_by=actor.subject,
        allocated_at=clock.now(),
    )
    session.add(allocation)
    return allocation


def end_holding(allocation: Allocation, ended_on: date, reason: str) -> None:
    """`reason` is one of those of `Allocation.end_reason`; `settle` makes it so."""
    allocation.ended_on, allocation.end_reason = ended_on, reason


def count_held(allocation: Allocation, children: int, override_reason: str | None) -> None:
    """Write down what the worker holds with this family, where that was known only when all was settled."""
    allocation.children, allocation.override_reason = children, override_reason


async def _find_chosen(session: AsyncSession, actor: Actor, worker_id: UUID) -> Worker:
    try:
        return await find_worker(session, actor, worker_id, lock=True)
    except NotFound as missing:
        raise InvalidBody("/worker_id", "unknown", "There is no such worker") from missing


async def announce_allocation(session: AsyncSession, allocation: Allocation, case: Case, worker: Worker) -> None:
    """Let others know who holds the family, and since when."""
    await outbox.record(
        session,
        CaseAllocated(
            case_id=case.id,
            family_id=case.family_id,
            worker_id=worker.id,
            area=worker.area,
            children=case.child_count,
            starts_on=allocation.starts_on,
        ),
    )


async def announce_over_ceiling(
    session: AsyncSession, case: Case, worker: Worker, children: int, ceiling: Decimal
) -> None:
    await outbox.record(
        session,
        CaseloadCeilingExceeded(
            worker_id=worker.id,
            case_id=case.id,
            area=worker.area,
            team=worker.team,
            children=children,
            ceiling=ceiling,
            allocated_at=clock.now(),
        ),
    )


async def announce_where_over(session: AsyncSession, grown: Case) -> None:
    """More children came to a family that its key worker holds: nobody chose that, and so nobody gave a reason.

    The caller has settled the case, so that the worker's row is locked and counted.
    """
    if grown.key_worker_id is None:
        return
    worker = await session.get_one(Worker, grown.key_worker_id)
    [held_by] = await candidates_from(session, None, [worker])
    if not fits(held_by.children, held_by.ceiling):
        await announce_over_ceiling(session, grown, worker, held_by.children, held_by.ceiling)
