"""The rules of crises: by when one is acknowledged, and who sees it."""

from datetime import datetime, timedelta
from typing import Literal

from services.centres.access import DUTY_ROLES
from shared.auth import Actor

ACKNOWLEDGED_WITHIN = timedelta(minutes=30)
"""Elapsed, by day and by night, for "a system in place to respond to families in times of crisis" (R§51; local)."""

CrisisStatus = Literal["open", "unanswered", "acknowledged"]


def acknowledged_by(raised_at: datetime) -> datetime:
    return raised_at + ACKNOWLEDGED_WITHIN


def status_of(acknowledged_at: datetime | None, due_at: datetime, now: datetime) -> CrisisStatus:
    if acknowledged_at:
        return "acknowledged"
    return "unanswered" if due_at < now else "open"


def is_on_duty_for(actor: Actor, area: str | None) -> bool:
    """Those on duty see the crises of their area, and those of which the area is not known.

    `on_duty_for` of `crises/queries.py` is the same in SQL; `tests/services/centres/test_crises.py` holds them together.
    """
    return actor.has(*DUTY_ROLES) and (actor.area is None or area is None or area == actor.area)


def may_see_crisis(actor: Actor, area: str | None, raised_by: str) -> bool:
    """Whoever raised one sees what becomes of it, and those on duty see it.

    `visible_to` of `crises/queries.py` is the same in SQL; `tests/services/centres/test_crises.py` holds them together.
    """
    return raised_by == actor.subject or is_on_duty_for(actor, area)
