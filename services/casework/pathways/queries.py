"""Reads of a case's way through the service, and of the open case that a referral belongs to."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.models import Allocation, Case, CaseChild, CaseMove, CaseReferral, PathwayStep
from services.casework.cases.queries import family_ids_of, former_ids, is_of, surviving_ids, visible_to
from services.casework.cases.rules import CLOSED
from services.casework.pathways.rules import direction_of
from services.casework.pathways.schemas import (
    CaseHistory,
    KeyWorkerShown,
    MoveShown,
    ReferralOfCase,
    StepKind,
    StepShown,
)
from services.casework.workers.models import Worker
from shared.auth import Actor


async def known_as(session: AsyncSession, family_ids: Collection[UUID], child_ids: Collection[UUID]) -> set[UUID]:
    """These families, and those under whose ids they or these children have cases."""
    cases = await session.scalars(select(Case.family_id).where(is_of(family_ids, child_ids)))
    return {*family_ids, *cases.all()}


async def last_closed_on(
    session: AsyncSession, family_ids: Collection[UUID], child_ids: Collection[UUID]
) -> date | None:
    """When a case of this family was closed last."""
    closed: date | None = await session.scalar(
        select(func.max(Case.closed_on)).where(Case.status == "closed", is_of(family_ids, child_ids))
    )
    return closed


async def other_open_case(
    session: AsyncSession, case_id: UUID, family_ids: Collection[UUID], child_ids: Collection[UUID]
) -> UUID | None:
    others = select(Case.id).where(Case.status == "open", Case.id != case_id, is_of(family_ids, child_ids))
    found: UUID | None = await session.scalar(others.limit(1))
    return found


async def other_open_cases(session: AsyncSession, actor: Actor, case: Case) -> list[UUID]:
    """What the actor may see of the family's other open cases: there is one only where a merge came after both."""
    answers = await surviving_ids(session, [child.child_id for child in case.children])
    same = is_of(await family_ids_of(session, case), await former_ids(session, answers.values()))
    others = select(Case.id).where(Case.status == "open", Case.id != case.id, same, visible_to(actor))
    return list((await session.scalars(others.order_by(Case.id))).all())


async def children_of_other_open_cases(session: AsyncSession, case_id: UUID, child_ids: Collection[UUID]) -> set[UUID]:
    rows = select(CaseChild.child_id).join(Case, Case.id == CaseChild.case_id)
    others = rows.where(Case.status == "open", Case.id != case_id, CaseChild.child_id.in_(child_ids))
    return set((await session.scalars(others)).all())


async def case_as_it_is(session: AsyncSession, case_id: UUID) -> Case:
    """A case whose facts the caller has just changed, with its children and key worker of now."""
    found = select(Case).where(Case.id == case_id).options(selectinload(Case.children), selectinload(Case.key_worker))
    return (await session.scalars(found.execution_options(populate_existing=True))).one()


async def last_step_on(session: AsyncSession, case_id: UUID) -> date:
    found = await session.scalar(select(func.max(PathwayStep.from_on)).where(PathwayStep.case_id == case_id))
    assert found is not None
    return found


async def last_move_on(session: AsyncSession, case_id: UUID) -> date:
    found = await session.scalar(select(func.max(CaseMove.from_on)).where(CaseMove.case_id == case_id))
    assert found is not None
    return found


async def last_fact_on(session: AsyncSession, case_id: UUID) -> date:
    """The latest day on record of how a case stood: what ends everything is not dated before it."""
    columns: Sequence[Any] = (
        PathwayStep.from_on,
        CaseMove.from_on,
        CaseChild.joined_on,
        Allocation.starts_on,
        Allocation.ended_on,
    )
    days = union_all(*(select(column.label("day")).where(column.class_.case_id == case_id) for column in columns))
    found: date | None = await session.scalar(select(func.max(days.subquery().c.day)))
    assert found is not None
    return found


async def last_pathway(session: AsyncSession, case_id: UUID) -> str:
    """On which pathway a case is, or was when it was closed."""
    steps = select(PathwayStep.pathway).where(PathwayStep.case_id == case_id, PathwayStep.pathway != CLOSED)
    found = await session.scalar(steps.order_by(PathwayStep.number.desc()).limit(1))
    assert found is not None
    return found


async def holders_since(session: AsyncSession, case_id: UUID, day: date) -> set[UUID]:
    """Who held a case on any day from this one on."""
    rows = select(Allocation.worker_id).where(
        Allocation.case_id == case_id, or_(Allocation.ended_on.is_(None), Allocation.ended_on > day)
    )
    return set((await session.scalars(rows)).all())


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
        told = {name: getattr(step, name) for name in StepShown.model_fields if name != "kind"}
        shown.append(StepShown(kind=_kind_of(before, step.pathway), **told))
        before = step.pathway
    return shown


def _kind_of(before: str | None, after: str) -> StepKind:
    if before is None:
        return "opened"
    if after == CLOSED:
        return "closed"
    return "reopened" if before == CLOSED else direction_of(before, after) or "up"
