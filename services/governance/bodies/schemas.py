"""What callers of the bodies endpoints send and get."""

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.governance.bodies.models import Member
from services.governance.bodies.rules import Cadence
from shared import clock
from shared.days import Day
from shared.fields import Line, Subject
from shared.web import RequestBody


class NewMember(RequestBody):
    """Somebody who sits on a body; `subject` joins them to the person who signs in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Hilary Cassington",
                    "subject": "hilary.cassington",
                    "role": "chair",
                    "from": "2026-10-01",
                }
            ]
        }
    )

    name: Line
    subject: Subject
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
