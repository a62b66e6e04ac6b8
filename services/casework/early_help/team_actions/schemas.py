"""What callers of the endpoints of a team's actions send and get."""

from datetime import date
from uuid import UUID

from pydantic import ConfigDict

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
    cancellation_reason: str | None
    text: str | None
    """What came of it."""


class NewTeamAction(RequestBody):
    """What a member is to do by a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "owner_id": "5b0c7f5e-6a9e-4a44-9d53-2f0a4f6f1c11",
                    "what": "Find Barnabas a place in the breakfast club",
                    "agreed_on": "2026-02-23",
                    "due_on": "2026-03-06",
                }
            ]
        }
    )

    owner_id: UUID
    what: Text
    due_on: Day
    agreed_on: Day | None = None


class TeamActionCompletion(RequestBody):
    """The action is done; `reason_late` where it was due before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"done_on": "2026-03-05", "text": "He goes every day"}]})

    done_on: Day | None = None
    text: Text | None = None
    reason_late: Text | None = None


class TeamActionCancellation(RequestBody):
    """The action need not be done any more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The grandmother now brings him to school"}]})

    reason: Text
