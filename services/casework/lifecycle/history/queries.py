"""How a case came to stand as it does."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.moves.models import CaseMove
from services.casework.cases.cases.models import Case, CaseReferral
from services.casework.cases.cases.queries import family_ids_of, is_of, visible_to
from services.casework.cases.cases.rules import CLOSED
from services.casework.lifecycle.history.schemas import (
    CaseHistory,
    KeyWorkerShown,
    MoveShown,
    ReferralOfCase,
    StepKind,
    StepShown,
)
from services.casework.lifecycle.pathways.models import PathwayStep
from services.casework.lifecycle.pathways.rules import direction_of
from services.casework.workforce.workers.models import Worker
from shared.auth import Actor
from shared.merged_children import former_ids, surviving_ids


async def other_open_cases(session: AsyncSession, actor: Actor, case: Case) -> list[UUID]:
    """What the actor may see of the family's other open cases: there is one only where a merge came after both."""
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    same = is_of(await family_ids_of(session, case), await former_ids(session, answers.values()))
    others = select(Case.id).where(Case.status == "open", Case.id != case.id, same, visible_to(actor))
    return list((await session.scalars(others.order_by(Case.id))).all())


async def history_of(session: AsyncSession, actor: Actor, case: Case) -> CaseHistory:
    case_id = case.id
    steps = select(PathwayStep).where(PathwayStep.case_id == case_id).order_by(PathwayStep.number)
    moves = select(CaseMove).where(CaseMove.case_id == case_id).order_by(CaseMove.number)
    referrals = select(CaseReferral).where(CaseReferral.case_id == case_id).order_by(CaseReferral.decided_at)
    held = (
        select(Allocation, Worker.name, Worker.role)
        .join(Worker, Worker.id == Allocation.worker_id)
        .where(Allocation.case_id == case_id)
        .order_by(Allocation.starts_on, Allocation.allocated_at)
    )
    return CaseHistory(
        case_id=case_id,
        steps=_steps_shown((await session.scalars(steps)).all()),
        moves=[MoveShown.model_validate(move) for move in await session.scalars(moves)],
        key_workers=[
            KeyWorkerShown(
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
        other_open_cases=await other_open_cases(session, actor, case),
    )


def _steps_shown(steps: Sequence[PathwayStep]) -> list[StepShown]:
    shown: list[StepShown] = []
    before: str | None = None
    for step in steps:
        fields = {name: getattr(step, name) for name in StepShown.model_fields if name != "kind"}
        shown.append(StepShown(kind=_kind_of(before, step.pathway), **fields))
        before = step.pathway
    return shown


def _kind_of(before: str | None, after: str) -> StepKind:
    if before is None:
        return "opened"
    if after == CLOSED:
        return "closed"
    return "reopened" if before == CLOSED else direction_of(before, after) or "up"
