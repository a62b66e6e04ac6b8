"""Reads of meetings; every reader of governance may see all of them."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.governance.meetings.models import Meeting
from shared.problems import NotFound


async def planned_days_of(session: AsyncSession, body_id: UUID, first: date) -> set[date]:
    """The planned days, from `first` on, of the ordinary meetings that are there."""
    found = select(Meeting.planned_on).where(Meeting.body_id == body_id, Meeting.planned_on >= first)
    return {day for day in await session.scalars(found) if day}


def meetings_of(body_id: UUID, first: date) -> Select[Meeting]:
    return (
        select(Meeting).where(Meeting.body_id == body_id, Meeting.held_on >= first).options(selectinload(Meeting.body))
    )


async def first_meeting_of(session: AsyncSession, body_id: UUID, day: date) -> Meeting | None:
    """The body's first meeting on that day or after it, of whatever kind."""
    ordered = meetings_of(body_id, day).order_by(Meeting.held_on, Meeting.kind)
    return await session.scalar(ordered.limit(1))


async def is_called(session: AsyncSession, body_id: UUID, day: date) -> bool:
    """Whether the body has an extraordinary meeting on that day."""
    found = select(Meeting.id).where(
        Meeting.body_id == body_id, Meeting.held_on == day, Meeting.kind == "extraordinary"
    )
    return await session.scalar(found) is not None


async def find_meeting(session: AsyncSession, meeting_id: UUID) -> Meeting:
    """The meeting with its body."""
    meeting = await session.scalar(select(Meeting).where(Meeting.id == meeting_id).options(selectinload(Meeting.body)))
    if meeting is None:
        raise NotFound("meeting", meeting_id)
    return meeting
