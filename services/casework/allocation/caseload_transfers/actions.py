"""Moving all families of a worker to others, at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.access import MANAGERS
from services.casework.allocation.allocations.actions import Fit, OverrideNeedsManager
from services.casework.allocation.allocations.queries import current_allocations
from services.casework.allocation.caseload_transfers import queries, rules
from services.casework.allocation.caseload_transfers.schemas import CaseloadPlan, CaseloadTransfer
from services.casework.allocation.transfers.actions import Move, add_offer, move_families, withdraw_offers_of
from services.casework.cases.cases.models import Case
from services.casework.fields import past_day
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.queries import find_worker, lock_workers
from shared import audit
from shared.auth import Actor
from shared.problems import Problem


class PlanChanged(Problem):
    status = 409
    code = "plan-changed"
    title = "Something changed since the preview: look at it again, and send its new plan"


class CaseloadDoesNotFit(Problem):
    status = 409
    code = "caseload-does-not-fit"
    title = "Not every family would have a worker, so none is moved: name more workers, or a manager passes the ceiling"


async def transfer_caseload(
    session: AsyncSession, actor: Actor, worker_id: UUID, sent: CaseloadTransfer
) -> CaseloadPlan:
    """Show who would get the families of a worker, or, with the plan that was shown, move them all or none.

    The cases are locked first; then the workers of the plan, after which it is made once more: only where it is still
    the one that was sent is it carried out.
    """
    worker = await find_worker(session, actor, worker_id)
    if sent.override_reason and not actor.has(*MANAGERS):
        raise OverrideNeedsManager
    if sent.to is not None:
        await queries.require_known(session, actor, sent.to)
    cases = await queries.families_to_move(session, actor, worker.id, lock=not sent.preview)
    shown = await _plan(session, actor, worker, cases, sent)
    audit.record(session, actor, "caseload_transfer", "worker", worker.id, families=len(cases), preview=sent.preview)
    if sent.preview:
        return shown[0]
    receiving = {each.best.candidate.worker_id for each in shown[1] if each.best and each.placed}
    workers = await lock_workers(session, {worker.id, *receiving})
    held = await queries.families_to_move(session, actor, worker.id)
    plan, assigned = await _plan(session, actor, workers[worker.id], held, sent)
    if plan.plan != sent.plan or [case.id for case in held] != [case.id for case in cases]:
        raise PlanChanged
    if not plan.complete:
        unplaced = [each for each in plan.items if each.worker_id is None]
        raise CaseloadDoesNotFit(cases=[{"case_id": str(each.case_id), "reasons": each.reasons} for each in unplaced])
    await _carry_out(session, actor, plan.starts_on, sent, {case.id: case for case in cases}, workers, assigned)
    return plan.model_copy(update={"done": True})


async def _plan(
    session: AsyncSession, actor: Actor, worker: Worker, cases: Sequence[Case], sent: CaseloadTransfer
) -> tuple[CaseloadPlan, list[rules.Assignment]]:
    held = await current_allocations(session, [case.id for case in cases])
    earliest = max((each.starts_on for each in held.values()), default=date.min)
    rule = "Nobody takes these families over before the worker had taken over the last of them"
    starts_on = past_day("/starts_on", sent.starts_on, earliest, rule)
    assigned = await queries.assignments_of(
        session, actor, worker, cases, sent.to, over_ceiling=sent.override_reason is not None
    )
    plan = rules.digest_of(worker.id, starts_on, assigned, {case.id: case.version for case in cases})
    return CaseloadPlan.of(worker.id, starts_on, plan, assigned, done=False), assigned


async def _carry_out(
    session: AsyncSession,
    actor: Actor,
    starts_on: date,
    sent: CaseloadTransfer,
    cases: Mapping[UUID, Case],
    workers: Mapping[UUID, Worker],
    assigned: Sequence[rules.Assignment],
) -> None:
    ended = await current_allocations(session, cases)
    moves = []
    for each in assigned:
        case = cases[each.case_id]
        assert each.best is not None
        worker = workers[each.best.candidate.worker_id]
        await withdraw_offers_of(session, case.id)
        transfer = add_offer(session, actor, case, workers[ended[case.id].worker_id], worker, case.area, sent.reason)
        over = not each.best.fits
        fit = Fit(each.best.would_hold, each.best.candidate.ceiling, over, sent.override_reason if over else None)
        moves.append(Move(case, transfer, ended[case.id], worker, fit))
    await move_families(session, actor, starts_on, moves)
