"""How a case came to stand as it does."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.moves.models import CaseMove
from services.casework.cases.cases.models import Case, CaseReferral
from services.casework.cases.cases.queries import of_same_family, visible_to, with_those_joined
from services.casework.cases.cases.rules import CLOSED
from services.casework.lifecycle.history.schemas import (
    CaseHistory,
    JoiningShown,
    KeyWorkerShown,
    MoveShown,
    ReferralOfCase,
    StepKind,
    StepShown,
)
from services.casework.lifecycle.joinings.models import CaseJoining
from services.casework.lifecycle.pathways.models import PathwayStep
from services.casework.lifecycle.pathways.rules import direction_of
from services.casework.workforce.workers.models import Worker
from shared.auth import Actor


async def other_open_cases(session: AsyncSession, actor: Actor, case: Case) -> list[UUID]:
    """What the actor may see of the family's other open cases: there is one only where a merge came after both."""
    same = await of_same_family(session, case)
    others = select(Case.id).where(Case.status == "open", Case.id != case.id, same, visible_to(actor))
    return list((await session.scalars(others.order_by(Case.id))).all())


async def joinings_of(session: AsyncSession, case: Case) -> list[JoiningShown]:
    """The cases that were ever joined into this one, or into which it was."""
    of_case = or_(CaseJoining.case_id == case.id, CaseJoining.into_case_id == case.id)
    rows = select(CaseJoining).where(of_case).order_by(CaseJoining.joined_at, CaseJoining.id)
    return [JoiningShown.model_validate(each) for each in await session.scalars(rows)]


async def history_of(session: AsyncSession, actor: Actor, case: Case) -> CaseHistory:
    case_id = case.id
    steps = select(PathwayStep).where(PathwayStep.case_id == case_id).order_by(PathwayStep.number)
    moves = select(CaseMove).where(CaseMove.case_id == case_id).order_by(CaseMove.number)
    referrals = select(CaseReferral).where(CaseReferral.case_id == case_id).order_by(CaseReferral.decided_at)
    held = (
        select(Allocation, Worker.name, Worker.role)
        .join(Worker, Worker.id == Allocation.worker_id)
        .where(Allocation.case_id.in_(await with_those_joined(session, case_id)))
        .order_by(Allocation.starts_on, Allocation.allocated_at)
    )
    return CaseHistory(
        case_id=case_id,
        steps=_steps_shown((await session.scalars(steps)).all()),
        moves=[MoveShown.model_validate(move) for move in await session.scalars(moves)],
        key_workers=[
            KeyWorkerShown(
                case_id=each.case_id,
                worker_id=each.worker_id,
                name=name,
                role=role,
                starts_on=each.starts_on,
                ended_on=each.ended_on,
                end_reason=each.end_reason,
            )
            for each, name, role in await session.execute(held)
        ],
        referrals=[ReferralOfCase.model_validate(each) for each in await session.scalars(referrals)],
        joinings=await joinings_of(session, case),
        other_open_cases=await other_open_cases(session, actor, case),
    )


def _steps_shown(steps: Sequence[PathwayStep]) -> list[StepShown]:
    shown: list[StepShown] = []
    before: str | None = None
    for step in steps:
        fields = {name: getattr(step, name) for name in StepShown.model_fields if name != "kind"}
        shown.append(StepShown(kind=_kind_of(before, step), **fields))
        before = step.pathway
    return shown


def _kind_of(before: str | None, step: PathwayStep) -> StepKind:
    if before is None:
        return "opened"
    if step.pathway == CLOSED:
        return "closed" if step.closure else "joined"
    return "reopened" if before == CLOSED else direction_of(before, step.pathway) or "up"
