"""Reads of bodies and their members; every reader of governance may see all of them."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.governance.bodies.models import Body, Member
from shared.problems import NotFound


def all_bodies() -> Select[Body]:
    return select(Body)


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


async def sits_on(session: AsyncSession, body_id: UUID, subject: str) -> bool:
    """Whether somebody is a member of the body, from whatever day on."""
    found = select(Member.id).where(Member.body_id == body_id, Member.subject == subject)
    return await session.scalar(found) is not None


async def is_member(session: AsyncSession, body_id: UUID, subject: str, on: date) -> bool:
    found = select(Member.id).where(Member.body_id == body_id, Member.subject == subject, Member.from_on <= on)
    return await session.scalar(found) is not None


async def names_of_member(session: AsyncSession, subject: str) -> set[str]:
    """The names under which somebody sits on any body."""
    return set(await session.scalars(select(Member.name).where(Member.subject == subject)))


async def names_of_other_members(session: AsyncSession, body_id: UUID, subject: str) -> set[str]:
    """The names of everybody else who sits on the body."""
    others = select(Member.name).where(Member.body_id == body_id, Member.subject != subject)
    return set(await session.scalars(others))
