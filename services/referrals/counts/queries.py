"""How many referrals there were, and how many were dealt with in time."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.referrals import rules
from services.referrals.referrals.models import Referral
from services.referrals.referrals.queries import visible_to
from shared.auth import Actor


async def count_referrals(
    session: AsyncSession, actor: Actor, area: str | None, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Those received after `since` and by `until`, by rating and source, with how many were dealt with in time."""
    decided = Referral.status.in_(rules.DECIDED)
    counted = (
        select(
            Referral.rating,
            Referral.source,
            func.count().label("received"),
            func.count(Referral.first_rated_at).label("rated"),
            func.count().filter(Referral.first_rated_at <= Referral.rating_due_at).label("rated_in_time"),
            func.count().filter(decided).label("decided"),
            func.count().filter(decided, Referral.decided_at <= Referral.decision_due_at).label("decided_in_time"),
        )
        .where(visible_to(actor), Referral.received_at > since, Referral.received_at <= until)
        .group_by(Referral.rating, Referral.source)
    )
    if area:
        counted = counted.where(Referral.area == area)
    return [dict(row) for row in (await session.execute(counted)).mappings()]
