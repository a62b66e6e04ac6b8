"""What callers of the endpoints of a team's actions send and get."""

from datetime import date
from uuid import UUID

from services.casework.fields import Shown
from shared.days import Day
from shared.fields import Text
from shared.web import RequestBody


class TeamActionShown(Shown):
    """An action, its owner a member."""

    id: UUID
    owner_id: UUID
    what: str
    agreed_on: date
    due_on: date
    done_on: date | None
    cancelled_on: date | None
    text: str | None
    """What came of it, or why it need not be done any more."""


class NewTeamAction(RequestBody):
    """What a member is to do by a day."""

    owner_id: UUID
    what: Text
    due_on: Day
    agreed_on: Day | None = None


class TeamActionCompletion(RequestBody):
    """The action is done; `reason_late` where it was due before."""

    done_on: Day | None = None
    text: Text | None = None
    reason_late: Text | None = None


class TeamActionCancellation(RequestBody):
    """The action need not be done any more."""

    reason: Text
