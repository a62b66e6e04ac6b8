"""What callers of the crisis endpoints send and get."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.centres.crises.rules import CrisisStatus
from shared.days import Instant
from shared.fields import PLAIN_MARKS, Phone, Text
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


class NewCrisis(RequestBody):
    """A family in crisis, as far as it is known which one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "narrative": (
                        "Rowena came to reception with both children and a bag. She will not go home tonight: her"
                        " partner has broken the door. They are in the quiet room with me."
                    ),
                    "family_id": "0c5d7a52-4e37-4d0c-8f5d-6f1f1b8a2c01",
                    "child_ids": ["0c5d7a52-4e37-4d0c-8f5d-6f1f1b8a2c02"],
                    "postcode": "OX14 1AB",
                    "callback": "01235 520141",
                }
            ]
        }
    )

    narrative: Text
    """What is happening."""
    family_id: UUID | None = None
    child_ids: Annotated[list[UUID], Field(max_length=20)] = []
    area: Area | None = None
    """By default that of the postcode."""
    postcode: Annotated[str, Field(min_length=1, max_length=10), PLAIN_MARKS] | None = None
    callback: Phone | None = None
    """A telephone number at which the family, or whoever raises this, is reached."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.family_id is None and self.callback is None:
            rule = "Give the family, or a number to call back: otherwise nobody can respond"
            raise PydanticCustomError("nobody_to_reach", rule)
        return self


class NewAcknowledgement(RequestBody):
    """A duty worker takes a crisis up."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": (
                        "Rang the centre. Rowena and the children stay with her sister tonight, whom I have spoken to."
                        " I visit tomorrow at nine."
                    )
                }
            ]
        }
    )

    text: Text
    """What is done about it now."""
    acknowledged_at: Instant | None = None
    """Where the family was called first and this is written afterwards."""


class CrisesQuery(PageQuery):
    """Which crises: of an area; those that wait, or those that were taken up."""

    area: Area | None = None
    open: bool | None = None


class CrisisListed(BaseModel):
    """A crisis in the duty workers' list, and as whoever raised it may know of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: CrisisStatus
    family_id: UUID | None
    area: Area | None
    raised_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None


class WholeCrisis(CrisisListed):
    """Everything about a crisis, for duty workers."""

    child_ids: list[UUID]
    narrative: str
    callback: str | None
    postcode: str | None
    raised_by: str
    acknowledged_by: str | None
    text: str | None
    """What the duty worker does about it."""
    in_an_emergency: str | None = None
    """Whom to speak to where the family's record is restricted to others; family and children are then not shown."""
