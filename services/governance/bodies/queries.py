"""Reads of bodies and their meetings; every reader of governance may see all of them."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.governance.bodies.models import Body, Meeting, Member
from shared.problems import NotFound


async def find_body(session: AsyncSession, body_id: UUID) -> Body:
    body = await session.get(Body, body_id)
    if body is None:
        raise NotFound("body", body_id)
    return body


async def wait_for_body(session: AsyncSession, body: Body) -> None:
    """Be the only one to change this body's meetings, members or agendas until the transaction ends.

    The lock lets others refer to the body meanwhile (`FOR NO KEY UPDATE`), so that a decision need not wait for it.
    """
    await session.execute(select(Body.id).where(Body.id == body.id).with_for_update(key_share=True))


async def find_body_by_key(session: AsyncSession, key: str) -> Body:
    return (await session.scalars(select(Body).where(Body.key == key))).one()


async def bodies_by_key(session: AsyncSession, keys: Collection[str]) -> dict[str, Body]:
    found = await session.scalars(select(Body).where(Body.key.in_(keys)))
    return {body.key: body for body in found}


async def bodies_with_cadence(session: AsyncSession) -> Sequence[Body]:
    return (await session.scalars(select(Body).where(Body.cadence.is_not(None)).order_by(Body.key))).all()


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


async def find_meeting(session: AsyncSession, meeting_id: UUID) -> Meeting:
    """The meeting with its body."""
    meeting = await session.scalar(select(Meeting).where(Meeting.id == meeting_id).options(selectinload(Meeting.body)))
    if meeting is None:
        raise NotFound("meeting", meeting_id)
    return meeting


async def is_member(session: AsyncSession, body_id: UUID, subject: str, on: date) -> bool:
    found = select(Member.id).where(Member.body_id == body_id, Member.subject == subject, Member.from_on <= on)
    return await session.scalar(found) is not None


async def names_of_member(session: AsyncSession, subject: str) -> set[str]:
    """The names under which somebody sits on any body."""
    return set(await session.scalars(select(Member.name).where(Member.subject == subject)))
