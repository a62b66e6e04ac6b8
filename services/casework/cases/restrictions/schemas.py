"""What callers of the restrictions endpoints send and get, and what casework asks of the referrals service."""

from uuid import UUID

from pydantic import BaseModel, Field

from shared.fields import Reason, Subject
from shared.web import RequestBody


class NewRestriction(RequestBody):
    """Who alone may see a family's record from now on; nobody named: the restriction is lifted."""

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
    """As `GET /referrals/v1/families/{id}/restriction` tells it."""

    subjects: list[str]
