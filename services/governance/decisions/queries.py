"""Reads of decisions; every reader of governance may see all of them."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.governance.decisions.models import Decision
from shared.problems import NotFound


def decisions_made(*, body_id: UUID | None, in_force: bool | None) -> Select[Decision]:
    """Decisions with the meeting, body and proposal of each."""
    rows = select(Decision).options(
        selectinload(Decision.meeting), selectinload(Decision.body), selectinload(Decision.proposal)
    )
    if body_id:
        rows = rows.where(Decision.body_id == body_id)
    if in_force is not None:
        holds = Decision.in_force_since.is_not(None) & Decision.in_force_until.is_(None)
        rows = rows.where(holds if in_force else ~holds)
    return rows


async def find_decision(session: AsyncSession, decision_id: UUID) -> Decision:
    found = select(Decision).where(Decision.id == decision_id).options(selectinload(Decision.proposal))
    decision = await session.scalar(found.execution_options(populate_existing=True))
    if decision is None:
        raise NotFound("decision", decision_id)
    return decision


async def wait_for_effect(session: AsyncSession, effect_kind: str) -> None:
    """Be the only one to change what is in force of this kind until the transaction ends."""
    same = select(Decision.id).where(Decision.effect_kind == effect_kind).order_by(Decision.id)
    await session.execute(same.with_for_update())


async def ever_in_force(session: AsyncSession, effect_kind: str) -> list[Decision]:
    """The applied decisions of this kind in the order in which they hold, which is casework's own."""
    found = await session.scalars(
        select(Decision)
        .where(Decision.effect_kind == effect_kind, Decision.in_force_since.is_not(None))
        .options(selectinload(Decision.proposal))
        .order_by(Decision.effective_on, Decision.decided_at, Decision.id)
    )
    return list(found)
