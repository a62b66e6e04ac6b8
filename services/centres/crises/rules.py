"""The rules of crises: by when one is acknowledged, and who sees it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from services.centres.access import DUTY_ROLES
from shared.auth import Actor
from shared.followed_restrictions import named_by_all
from shared.problems import SPEAK_TO

ACKNOWLEDGED_WITHIN = timedelta(minutes=30)
"""Elapsed, by day and by night, for "a system in place to respond to families in times of crisis" (R§51; local)."""

RESTRICTED = f"This family's record is restricted. If you need it in an emergency, {SPEAK_TO}."

CrisisStatus = Literal["open", "unanswered", "acknowledged"]


def acknowledged_by(raised_at: datetime) -> datetime:
    return raised_at + ACKNOWLEDGED_WITHIN


def status_of(acknowledged_at: datetime | None, due_at: datetime, now: datetime) -> CrisisStatus:
    if acknowledged_at:
        return "acknowledged"
    return "unanswered" if due_at < now else "open"


def is_on_duty_for(actor: Actor, area: str | None) -> bool:
    """Those on duty see the crises of their area, and those of which the area is not known.

    `on_duty_for` of `crises/queries.py` is it in SQL; `tests/services/centres/test_crises.py` holds both together.
    """
    return actor.has(*DUTY_ROLES) and (actor.area is None or area is None or area == actor.area)


def is_open_to(actor: Actor, acknowledged_by: str | None, named: Mapping[str, Collection[str]]) -> bool:
    """Anyone on duty takes up a crisis that waits, whoever may see the family's record: no restriction leaves a family
    without help. Once it is taken up, it is for whoever did and for those who are named.

    `open_to` of `crises/queries.py` is it in SQL; `tests/services/centres/test_crises.py` holds both together.
    """
    return acknowledged_by in (None, actor.subject) or named_by_all(actor, named)


def may_see_crisis(
    actor: Actor,
    area: str | None,
    raised_by: str,
    acknowledged_by: str | None = None,
    named: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> bool:
    """Whoever raised one sees what becomes of it, and those on duty see it as far as it is open to them.

    `visible_to` of `crises/queries.py` is the same in SQL; `tests/services/centres/test_crises.py` holds both together.
    """
    return raised_by == actor.subject or (is_on_duty_for(actor, area) and is_open_to(actor, acknowledged_by, named))
