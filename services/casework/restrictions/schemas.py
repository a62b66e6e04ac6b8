"""What callers of the restrictions endpoints send and get, and what casework asks of the referrals service."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from shared.paging import PageQuery
from shared.web import RequestBody

Subject = Annotated[str, Field(min_length=1, max_length=255)]


class NewRestriction(RequestBody):
    """Who alone may see a family's record from now on; nobody named: the restriction is lifted."""

    subjects: list[Subject] = Field(max_length=50)
    """As `sub` in their tokens."""
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class Restriction(BaseModel):
    """Who alone may see a family's record: who is in both lists, where both have anybody."""

    family_id: UUID
    subjects: list[str]
    """As it is restricted here; empty where it is not."""
    front_door_subjects: list[str]
    """As the front door restricts it; only there can that be changed."""


class RestrictionAsked(BaseModel):
    """As `GET /referrals/v1/families/{id}/restriction` tells it."""

    subjects: list[str]


class AccessLogQuery(PageQuery):
    """Which looks and changes."""

    refused: bool | None = None
    subject: Subject | None = None


class Access(BaseModel):
    """Somebody who looked at something of a family's record or changed it, or was refused."""

    id: int
    at: datetime
    subject: str
    name: str | None
    """Of the worker who is joined to the subject, where there is one."""
    roles: list[str]
    action: str
    entity: str
    entity_id: str
    refused: bool
    reason: str | None
    """What was said of why, in `Access-Reason` or with the change; null where nothing was said."""
