"""What callers of the endpoints of a team's actions send and get."""

from datetime import date
from uuid import UUID

from services.casework.fields import Shown
from shared.days import Day
from shared.fields import Text
from shared.web import RequestBody


class ActionShown(Shown):
    """An action, its owner a member."""

    id: UUID
    owner_id: UUID
    words: str
    agreed_on: date
    due_on: date
    done_on: date | None
    cancelled_on: date | None
    outcome: str | None


class NewAction(RequestBody):
    """What a member is to do by a day."""

    owner_id: UUID
    words: Text
    due_on: Day
    agreed_on: Day | None = None


class NewOutcome(RequestBody):
    """The action is done; `reason_late` where it was due before."""

    done_on: Day | None = None
    words: Text | None = None
    reason_late: Text | None = None


class NewCancellation(RequestBody):
    """The action need not be done any more."""

    reason: Text
