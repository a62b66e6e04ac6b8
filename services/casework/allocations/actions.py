"""Giving a family its key worker."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocations.queries import open_cases_of
from services.casework.allocations.rules import obstacle_to
from services.casework.allocations.schemas import NewAllocation
from services.casework.cases.actions import move_case, settle
from services.casework.cases.models import Allocation, Case
from services.casework.cases.queries import find_case
from services.casework.ceilings.queries import ceiling_in_force
from services.casework.ceilings.rules import ceiling_of, fits
from services.casework.chronology.actions import note_about_case
from services.casework.workers.actions import check_details
from services.casework.workers.models import Worker
from services.casework.workers.queries import find_worker
from services.casework.workers.schemas import WorkerDetails
from shared import audit, clock, outbox
from shared.auth import Actor, Role
from shared.contracts.casework import CaseAllocated, CaseloadCeilingExceeded
from shared.problems import InvalidBody, NotFound, Problem
from shared.web import require_version


class CaseAlreadyAllocated(Problem):
    status = 409
    code = "case-already-allocated"
    title = "This family has a key worker already"


class CaseClosed(Problem):
    status = 409
    code = "case-closed"
    title = "This case is closed"


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
    title = "Only a team manager or an area manager may allocate over the ceiling"


class HoldsFamilies(Problem):
    status = 409
    code = "holds-families"
    title = "This worker is key worker of families who would have none that is fit for them: move the families first"


OBSTACLES = {"not-a-key-worker": NotAKeyWorker, "registration-required": RegistrationRequired}


async def allocate_case(session: AsyncSession, actor: Actor, case_id: UUID, sent: NewAllocation) -> Allocation:
    """Make a worker the key worker of a family, within the ceiling or with a manager's reason for passing it.

    The worker's row is locked before the children are counted: of two allocations at one moment the second counts
    those of the first.
    """
    case = await find_case(session, actor, case_id, lock=True)
    if case.status != "open":
        raise CaseClosed
    if case.key_worker_id:
        raise CaseAlreadyAllocated
    worker = await _find_chosen(session, actor, sent.worker_id)
    if obstacle := obstacle_to(worker.role, worker.registration_number, case.pathway):
        raise OBSTACLES[obstacle]
    starts_on = _start(sent.starts_on, case.opened_on)
    children = worker.children + case.child_count
    ceiling = ceiling_of((await ceiling_in_force(session)).children, worker.fte)
    over = not fits(children, ceiling)
    if over:
        _require_override(actor, sent.override_reason, children, ceiling)
    allocation = Allocation(
        case_id=case.id,
        worker_id=worker.id,
        starts_on=starts_on,
        children=children,
        ceiling=ceiling,
        override_reason=sent.override_reason if over else None,
        allocated_by=actor.subject,
        allocated_at=clock.now(),
    )
    session.add(allocation)
    if case.area is None:
        await move_case(session, actor, case, worker.area, case.opened_on)
    await settle(session, [case])
    await note_about_case(
        session, case, "case_allocated", clock.now(), about_id=allocation.id, facts={"worker_id": str(worker.id)}
    )
    audit.record(session, actor, "case_allocate", "case", case.id, worker_id=str(worker.id), over_ceiling=over)
    await _announce(session, allocation, case, worker, over)
    return allocation


async def change_worker(
    session: AsyncSession, actor: Actor, worker_id: UUID, if_match: str, sent: WorkerDetails
) -> Worker:
    """Replace a worker's details; the families that they hold stay counted, lawful and with the worker's team.

    Raises VersionChanged where somebody else changed the worker since the caller read them.
    """
    worker = await find_worker(session, actor, worker_id, lock=True)
    require_version(if_match, worker.version)
    await check_details(session, actor, sent, worker_id)
    cases = await open_cases_of(session, worker.id)
    unfit = (obstacle_to(sent.role, sent.registration_number, case.pathway) for case in cases)
    if any(unfit) or (cases and sent.area != worker.area):
        raise HoldsFamilies(families=len(cases))
    for name, value in sent.model_dump().items():
        setattr(worker, name, value)
    worker.version += 1
    for case in cases:
        case.team = worker.team
    audit.record(session, actor, "worker_change", "worker", worker.id, role=sent.role, fte=str(sent.fte))
    return worker


async def _find_chosen(session: AsyncSession, actor: Actor, worker_id: UUID) -> Worker:
    try:
        return await find_worker(session, actor, worker_id, lock=True)
    except NotFound as missing:
        raise InvalidBody("/worker_id", "unknown", "There is no such worker") from missing


def _start(starts_on: date | None, opened_on: date) -> date:
    today = clock.today()
    if starts_on and starts_on > today:
        raise InvalidBody("/starts_on", "in-the-future", "An allocation does not start in the future")
    if starts_on and starts_on < opened_on:
        raise InvalidBody("/starts_on", "out-of-order", "An allocation does not start before the case was opened")
    return starts_on or today


def _require_override(actor: Actor, reason: str | None, children: int, ceiling: Decimal) -> None:
    if not reason:
        raise CaseloadCeilingReached(children=children, ceiling=float(ceiling))
    if not actor.has(Role.TEAM_MANAGER, Role.AREA_MANAGER):
        raise OverrideNeedsManager


async def _announce(session: AsyncSession, allocation: Allocation, case: Case, worker: Worker, over: bool) -> None:
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
    if over:
        await outbox.record(
            session,
            CaseloadCeilingExceeded(
                worker_id=worker.id,
                case_id=case.id,
                area=worker.area,
                team=worker.team,
                children=allocation.children,
                ceiling=allocation.ceiling,
                allocated_at=allocation.allocated_at,
            ),
        )
