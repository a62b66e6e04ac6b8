"""Reads of consultations: the asker's own, and for the MASH all; no area, since there is no family to have one."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.access import MASH
from services.referrals.consultations.models import Consultation
from shared.auth import Actor
from shared.problems import NotFound


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_consultation` of `consultations/rules.py` in SQL.

    `tests/services/referrals/test_visibility.py` holds the two together.
    """
    if actor.has(*MASH):
        return true()
    return Consultation.asked_by == actor.subject


async def find_consultation(
    session: AsyncSession, actor: Actor, consultation_id: UUID, *, lock: bool = False
) -> Consultation:
    found = select(Consultation).where(Consultation.id == consultation_id, visible_to(actor))
    consultation = await session.scalar(found.with_for_update() if lock else found)
    if consultation is None:
        raise NotFound("consultation", consultation_id)
    return consultation


def list_for(actor: Actor, status: str | None) -> Select[Consultation]:
    rows = select(Consultation).where(visible_to(actor))
    if status is None:
        return rows
    without_advice = Consultation.advised_at.is_(None)
    return rows.where(without_advice if status == "open" else ~without_advice)
