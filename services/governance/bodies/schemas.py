"""What callers of the bodies endpoints send and get."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.governance.bodies.models import Meeting, Member
from services.governance.bodies.rules import Cadence, MeetingKind
from shared import clock
from shared.days import Day
from shared.paging import PageQuery
from shared.web import RequestBody


def _today_or_later(day: date) -> date:
    if day < clock.today():
        raise PydanticCustomError("in_the_past", "A meeting is called for today or a later day")
    return day


class NewMeeting(RequestBody):
    """An extraordinary meeting."""

    held_on: Annotated[Day, AfterValidator(_today_or_later)]
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class NewMember(RequestBody):
    """Somebody who sits on a body; `subject` joins them to the person who signs in."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    subject: Annotated[str, Field(min_length=1, max_length=255)]
    role: Literal["chair", "member"]
    from_on: Day = Field(alias="from", default_factory=clock.today)


class BodyDetails(BaseModel):
    """A body that decides, advises or is reported to."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    key: str
    name: str
    kind: Literal["decides", "work_group", "advises", "critical_friend", "outside"]
    remit: str
    cadence: Cadence | None
    """None: its meetings are called as they are needed, or arranged elsewhere."""
    weekday: int | None
    """Of its ordinary meetings: 0 is Monday; of a monthly body the first such day of the month."""


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
        told = {name: getattr(meeting, name) for name in cls.model_fields if name != "body"}
        return cls(**told, body=meeting.body.key)


class MemberDetails(BaseModel):
    """A member of a body."""

    id: UUID
    body_id: UUID
    name: str
    subject: str
    role: Literal["chair", "member"]
    from_on: date = Field(serialization_alias="from")

    @classmethod
    def of(cls, member: Member) -> Self:
        return cls(**{name: getattr(member, name) for name in cls.model_fields})


class MeetingsQuery(PageQuery):
    """Which meetings: by default from today on."""

    first: Day | None = Field(None, alias="from")
