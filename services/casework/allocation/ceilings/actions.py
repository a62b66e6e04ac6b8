"""Applying what governance decides about the caseload ceiling."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.allocation.ceilings.models import Ceiling
from shared import clock, outbox
from shared.contracts.casework import CeilingChanged
from shared.contracts.governance import DecisionMade

AT_ONCE = 100
"""Ceilings that one turn of the timer puts in force."""


async def apply_ceiling(session: AsyncSession, decision: DecisionMade, children: int) -> None:
    """Keep the decided ceiling, and put it in force if its day has come."""
    session.add(
        Ceiling(
            children=children,
            decision_id=decision.decision_id,
            proposal_id=decision.proposal_id,
            decided_at=decision.decided_at,
            effective_on=decision.effective_on,
        )
    )
    await put_due_ceilings_in_force(session)


async def put_due_ceilings_in_force(session: AsyncSession) -> int:
    """Put each ceiling whose day has come in force, and announce it; returns how many."""
    due = await session.scalars(
        select(Ceiling)
        .where(Ceiling.in_force_since.is_(None), Ceiling.effective_on <= clock.today())
        .order_by(Ceiling.decided_at)
        .limit(AT_ONCE)
        .with_for_update()
    )
    ceilings = due.all()
    for ceiling in ceilings:
        ceiling.in_force_since = clock.now()
        await outbox.record(
            session,
            CeilingChanged(
                decision_id=ceiling.decision_id,
                proposal_id=ceiling.proposal_id,
                children=ceiling.children,
                in_force_since=ceiling.in_force_since,
            ),
        )
    return len(ceilings)
