"""What callers of the attendance endpoints send and get."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from shared.web import RequestBody

MOST_FAMILIES = 200
MOST_CHILDREN = 20


class FamilyAttendance(RequestBody):
    """Whether a family came, and which of its children did."""

    family_id: UUID
    attended: bool
    child_ids: Annotated[list[UUID], Field(max_length=MOST_CHILDREN)] = []
    """Who came; none where a parent came alone, or nobody."""

    @field_validator("child_ids")
    @classmethod
    def _only_who_came(cls, child_ids: list[UUID], info: ValidationInfo) -> list[UUID]:
        if child_ids and info.data.get("attended") is False:
            raise PydanticCustomError("nobody_came", "A family that did not come has no child who came")
        if len(set(child_ids)) < len(child_ids):
            raise PydanticCustomError("twice", "A child is named once")
        return child_ids


class NewAttendance(RequestBody):
    """The list of a session, or a part of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "families": [
                        {
                            "family_id": "0c5d7a52-4e37-4d0c-8f5d-6f1f1b8a2c01",
                            "attended": True,
                            "child_ids": ["0c5d7a52-4e37-4d0c-8f5d-6f1f1b8a2c02"],
                        },
                        {"family_id": "71b9e4c6-0d5a-4b8e-9a3f-d2c4e6f80103", "attended": False},
                    ]
                }
            ]
        }
    )

    families: Annotated[list[FamilyAttendance], Field(min_length=1, max_length=MOST_FAMILIES)]

    @field_validator("families")
    @classmethod
    def _each_once(cls, families: list[FamilyAttendance]) -> list[FamilyAttendance]:
        if len({each.family_id for each in families}) < len(families):
            raise PydanticCustomError("twice", "A family is named once")
        return families


class AttendanceShown(BaseModel):
    """What is on record of a family at a session."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    session_id: UUID
    family_id: UUID
    attended: bool
    child_ids: list[UUID]
    recorded_at: datetime
    version: int
    """Counts the corrections: 1 is the first record."""


class RecordedAttendance(BaseModel):
    """The families of the list that was sent, as they are on record now."""

    families: list[AttendanceShown]
