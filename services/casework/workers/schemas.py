"""What callers of the workers endpoints send and get."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody

WorkerRole = Literal["social_worker", "family_support_worker", "practice_supervisor", "team_manager", "area_manager"]
Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
Team = Annotated[str, Field(min_length=1, max_length=60)]


class WorkerDetails(RequestBody):
    """A member of an area team; `subject` joins them to the person who signs in."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    role: WorkerRole
    area: Area
    team: Team | None = None
    fte: Annotated[Decimal, Field(gt=0, le=1, decimal_places=2)] = Decimal(1)
    registration_number: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    subject: Annotated[str, Field(min_length=1, max_length=255)] | None = None


class WorkerShown(BaseModel):
    """A member of an area team; `fte` is a part of 1, full time."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: WorkerRole
    area: Area
    team: str | None
    fte: Number
    registration_number: str | None
    subject: str | None
    joined_on: date
    leaves_on: date | None
    in_post: bool


class WorkersQuery(PageQuery):
    """Which workers."""

    area: Area | None = None
    team: Team | None = None
