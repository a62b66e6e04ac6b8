"""Reads of proposals; every reader of governance may see all of them."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.governance.meetings.queries import first_meeting_of
from services.governance.proposals.models import Proposal, RouteStep
from shared import clock
from shared.problems import NotFound


async def find_proposal(session: AsyncSession, proposal_id: UUID, *, lock: bool = False) -> Proposal:
    """The proposal with its route, gates and decisions."""
    found = (
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .options(
            selectinload(Proposal.route).selectinload(RouteStep.body),
            selectinload(Proposal.gates),
            selectinload(Proposal.decisions).selectinload("*"),
        )
    )
    proposal = await session.scalar(found.with_for_update() if lock else found)
    if proposal is None:
        raise NotFound("proposal", proposal_id)
    return proposal


def whose_turn(proposal: Proposal) -> RouteStep | None:
    """The step of the first body that has yet to decide."""
    return next((step for step in proposal.route if step.role == "decides" and step.outcome is None), None)


async def meeting_days_of(session: AsyncSession, proposal: Proposal) -> list[date | None]:
    """For each body on the route the day on which it decided or, as far as meetings are known, the day it will."""
    days: list[date | None] = []
    coming: date | None = max(proposal.waits_from, clock.today()) if proposal.waits_for_body_id else None
    for step in proposal.route:
        if step.outcome is None:
            meeting = await first_meeting_of(session, step.body_id, coming) if coming else None
            coming = meeting.held_on if meeting else None
        days.append(step.decided_on if step.outcome else coming)
    return days
