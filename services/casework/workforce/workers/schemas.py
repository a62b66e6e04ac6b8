"""What callers of the workers endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.rules import Place
from shared.days import Day
from shared.fields import Name, Subject
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody

WorkerRole = Literal["social_worker", "family_support_worker", "practice_supervisor", "team_manager", "area_manager"]

Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]

Team = Annotated[str, Field(min_length=1, max_length=60)]


class WorkerDetails(RequestBody):
    """A member of an area team; `subject` joins them to the person who signs in."""

    name: Name
    role: WorkerRole
    area: Area
    team: Team | None = None
    fte: Annotated[Decimal, Field(gt=0, le=1, decimal_places=2)] = Decimal(1)
    registration_number: Annotated[str, Field(min_length=1, max_length=20)] | None = None
    subject: Subject | None = None

    @property
    def place(self) -> Place:
        return Place(self.role, self.area, self.team, self.fte)


class NewWorker(WorkerDetails):
    """A new member; `joined_on` is today, or any day before or after it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Rosalind Achebe",
                    "role": "social_worker",
                    "area": "south",
                    "team": "South 1",
                    "fte": 1,
                    "registration_number": "SW120834",
                    "subject": "rosalind.achebe@county.example",
                    "joined_on": "2026-01-05",
                }
            ]
        }
    )

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


class WorkerChanged(WorkerShown):
    """A worker as changed."""

    changes_fallen_away: list[date] = []
    """The days of planned changes that were taken back, because they lay after the last day in post."""


class WorkersQuery(PageQuery):
    """Which workers."""

    area: Area | None = None
    team: Team | None = None
    role: WorkerRole | None = None
    in_post: bool | None = None


READ_ONLY = ("id", "joined_on", "in_post", "on_leave", "on_leave_until")


class WorkerChange(WorkerDetails):
    """A worker's details as they are from a day on, which is today where it is not given.

    `leaves_on` stays as it is where it is not sent. What else `GET` returns may be sent back, unchanged.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Rosalind Achebe",
                    "role": "social_worker",
                    "area": "south",
                    "team": "South 2",
                    "fte": 0.8,
                    "registration_number": "SW120834",
                    "subject": "rosalind.achebe@county.example",
                    "from_on": "2026-04-01",
                    "leaves_on": None,
                }
            ]
        }
    )

    from_on: Day | None = None
    leaves_on: Day | None = None
    id: UUID | None = None
    joined_on: Day | None = None
    in_post: bool | None = None
    on_leave: bool | None = None
    on_leave_until: Day | None = None


class PostShown(BaseModel):
    """What a worker was, is or will be, from a day until before another; null until further notice."""

    from_on: date
    until_on: date | None
    role: WorkerRole
    area: Area
    team: str | None
    fte: Number


class Posts(BaseModel):
    """All posts of a worker, oldest first."""

    items: list[PostShown]


class WorkerNamed(BaseModel):
    """A worker by name."""

    id: UUID
    name: str
