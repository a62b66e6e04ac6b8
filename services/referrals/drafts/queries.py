"""Reads of drafts: each is its writer's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.drafts.models import Draft
from services.referrals.drafts.rules import KEPT_FOR
from shared import clock
from shared.auth import Actor
from shared.problems import NotFound


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`may_see_draft` of `drafts/rules.py` in SQL.

    `tests/services/referrals/test_visibility.py` holds the two together.
    """
    return Draft.subject == actor.subject


def waiting_drafts(actor: Actor) -> Select[Draft]:
    own = select(Draft).where(visible_to(actor), Draft.submitted_at.is_(None))
    return own.where(Draft.changed_at > clock.now() - KEPT_FOR)


async def find_draft(session: AsyncSession, actor: Actor, draft_id: UUID, *, lock: bool = False) -> Draft:
    """The actor's own draft; raises NotFound for another's, and for one past its time."""
    kept = Draft.changed_at > clock.now() - KEPT_FOR
    found = select(Draft).where(Draft.id == draft_id, visible_to(actor), kept)
    draft = await session.scalar(found.with_for_update() if lock else found)
    if draft is None:
        raise NotFound("referral_draft", draft_id)
    return draft


def forgotten_drafts(now: datetime) -> Select[UUID]:
    return select(Draft.id).where(Draft.changed_at <= now - KEPT_FOR).order_by(Draft.changed_at)
