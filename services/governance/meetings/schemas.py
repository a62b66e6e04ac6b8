"""What callers of the meetings endpoints send and get."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.governance.meetings.models import Meeting
from services.governance.meetings.rules import MeetingKind
from shared import clock
from shared.days import Day
from shared.fields import Reason
from shared.paging import PageQuery
from shared.web import RequestBody


def _today_or_later(day: date) -> date:
    if day < clock.today():
        raise PydanticCustomError("in_the_past", "A meeting is called for today or a later day")
    return day


class NewMeeting(RequestBody):
    """An extraordinary meeting."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "held_on": "2026-09-17",
                    "reason": "Two key workers in the north have been over the ceiling for a week: it cannot wait.",
                }
            ]
        }
    )

    held_on: Annotated[Day, AfterValidator(_today_or_later)]
    reason: Reason


class MeetingDetails(BaseModel):
    """A meeting of a body."""

    id: UUID
    body: str
    body_id: UUID
    held_on: date
    kind: MeetingKind
    reason: str | None

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        return cls(
            id=meeting.id,
            body=meeting.body.key,
            body_id=meeting.body.id,
            held_on=meeting.held_on,
            kind=meeting.kind,
            reason=meeting.reason,
        )


class MeetingsQuery(PageQuery):
    """Which meetings: by default from today on."""

    first: Day | None = Field(None, alias="from")
