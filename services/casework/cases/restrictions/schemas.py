"""What callers of the restrictions endpoints send and get, and how the referrals service responds."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.fields import Reason, Subject
from shared.web import RequestBody


class NewRestriction(RequestBody):
    """Who alone may see a family's record from now on; nobody named: the restriction is lifted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subjects": ["maria.lopez@county.example", "rosalind.achebe@county.example"],
                    "reason": "The mother works for the council; her colleagues must not read this",
                }
            ]
        }
    )

    subjects: list[Subject] = Field(max_length=50)
    """As `sub` in their tokens."""
    reason: Reason


class Restriction(BaseModel):
    """Who alone may see a family's record: who is in both lists, where both have anybody."""

    family_id: UUID
    subjects: list[str]
    """As it is restricted here; empty where it is not."""
    front_door_subjects: list[str]
    """As the front door restricts it; only there can that be changed."""


class RestrictionResponse(BaseModel):
    """As `GET /referrals/v1/families/{id}/restriction` returns it."""

    subjects: list[str]
