"""Reads of drafts: each is its writer's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.drafts.models import Draft
from services.referrals.drafts.schemas import KEPT_FOR
from shared import clock
from shared.auth import Actor
from shared.problems import NotFound


def waiting_drafts(actor: Actor) -> Select[Draft]:
    own = select(Draft).where(Draft.subject == actor.subject, Draft.submitted_at.is_(None))
    return own.where(Draft.changed_at > clock.now() - KEPT_FOR)


async def find_draft(session: AsyncSession, actor: Actor, draft_id: UUID, *, lock: bool = False) -> Draft:
    """The actor's own draft; raises NotFound for another's, and for one past its time."""
    kept = Draft.changed_at > clock.now() - KEPT_FOR
    found = select(Draft).where(Draft.id == draft_id, Draft.subject == actor.subject, kept)
    draft = await session.scalar(found.with_for_update() if lock else found)
    if draft is None:
        raise NotFound("referral_draft", draft_id)
    return draft


def forgotten_drafts(now: datetime) -> Select[UUID]:
    return select(Draft.id).where(Draft.changed_at <= now - KEPT_FOR).order_by(Draft.changed_at)
