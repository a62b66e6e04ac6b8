"""Reads of crises, filtered by what the actor may see."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.centres.access import DUTY_ROLES
from services.centres.crises.models import Crisis
from services.centres.crises.schemas import CrisesQuery
from shared.auth import Actor
from shared.followed_restrictions import named_elsewhere
from shared.problems import NotFound


def on_duty_for(actor: Actor) -> ColumnElement[bool]:
    """`is_on_duty_for` of `crises/rules.py` in SQL; `tests/services/centres/test_crises.py` holds the two together."""
    if not actor.has(*DUTY_ROLES):
        return false()
    return or_(Crisis.area.is_(None), Crisis.area == actor.area) if actor.area else true()


def open_to(actor: Actor) -> ColumnElement[bool]:
    """`is_open_to` of `crises/rules.py` in SQL; `tests/services/centres/test_crises.py` holds both together."""
    taken_up_by_nobody_else = or_(Crisis.acknowledged_at.is_(None), Crisis.acknowledged_by == actor.subject)
    return or_(taken_up_by_nobody_else, named_elsewhere(actor, Crisis.family_id))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_crisis` of `crises/rules.py` in SQL; `tests/services/centres/test_crises.py` holds the two together."""
    return or_(Crisis.raised_by == actor.subject, and_(on_duty_for(actor), open_to(actor)))


async def find_crisis(session: AsyncSession, actor: Actor, crisis_id: UUID, *, lock: bool = False) -> Crisis:
    """Raises NotFound where the actor may not see it; `lock` is for a duty worker, who is to act on it."""
    seen = and_(on_duty_for(actor), open_to(actor)) if lock else visible_to(actor)
    found = select(Crisis).where(Crisis.id == crisis_id, seen)
    crisis = await session.scalar(found.with_for_update() if lock else found)
    if crisis is None:
        raise NotFound("crisis", crisis_id)
    return crisis


def crises_for(actor: Actor, query: CrisesQuery) -> Select[Crisis]:
    rows = select(Crisis).where(on_duty_for(actor), open_to(actor))
    if query.area:
        rows = rows.where(Crisis.area == query.area)
    if query.open is not None:
        waits = Crisis.acknowledged_at.is_(None)
        rows = rows.where(waits if query.open else ~waits)
    return rows


def unanswered_to_announce(now: datetime) -> Select[Crisis]:
    """Those that nobody acknowledged by their due time, and that were not announced; no other turn takes them."""
    late = select(Crisis).where(Crisis.acknowledged_at.is_(None), Crisis.announced_at.is_(None), Crisis.due_at < now)
    return late.order_by(Crisis.due_at, Crisis.id).with_for_update(skip_locked=True)
