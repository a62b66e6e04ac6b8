"""What callers of the workers endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from services.casework.workers.models import Worker
from services.casework.workers.rules import Place
from shared.days import Day
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody

WorkerRole = Literal["social_worker", "family_support_worker", "practice_supervisor", "team_manager", "area_manager"]
AbsenceKind = Literal["annual", "sick", "parental", "other"]
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

    @property
    def place(self) -> Place:
        return Place(self.role, self.area, self.team, self.fte)


class NewWorker(WorkerDetails):
    """A new member; `joined_on` is today, or any day before or after it."""

    joined_on: Day | None = None


class WorkerShown(BaseModel):
    """A member of an area team; `fte` is a part of 1, full time.

    `leaves_on` is the last day in post as far as it is known; who still holds families after it stays `in_post` until
    they are moved. `on_leave_until` is the last day of a leave that goes on today, null where that is not known.
    """

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
    on_leave: bool = False
    on_leave_until: date | None = None

    @classmethod
    def of(cls, worker: Worker, absent: Mapping[UUID, date | None]) -> Self:
        leave = {"on_leave": worker.id in absent, "on_leave_until": absent.get(worker.id)}
        return cls.model_validate(worker).model_copy(update=leave)


class WorkersQuery(PageQuery):
    """Which workers."""

    area: Area | None = None
    team: Team | None = None
    role: WorkerRole | None = None
    in_post: bool | None = None


class AbsenceDetails(RequestBody):
    """Leave from a day until and with its last one, which may be told later."""

    kind: AbsenceKind
    from_on: Day
    last_on: Day | None = None


class AbsenceShown(BaseModel):
    """Leave of a worker; `last_on` is its last day, null while that is not known."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    worker_id: UUID
    kind: AbsenceKind
    from_on: date
    last_on: date | None
    recorded_by: str


class TeamShown(BaseModel):
    """The people in post of one team; `team` is null for those of an area who are in none."""

    model_config = ConfigDict(from_attributes=True)

    area: Area
    team: str | None
    people: int
    key_workers: int
    fte: Number
    """Of all; `key_worker_fte` of the key workers alone."""
    key_worker_fte: Number


class Teams(BaseModel):
    """The teams of the three areas."""

    items: list[TeamShown]
