"""What callers of the posts endpoints send and get."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.casework.workers.schemas import Number, WorkerDetails, WorkerRole
from shared.days import Day
from shared.places import Area

READ_ONLY = ("id", "joined_on", "in_post", "on_leave", "on_leave_until")


class WorkerChange(WorkerDetails):
    """A worker's details as they are from a day on, which is today where it is not told.

    `leaves_on` stays as it is where it is not sent. What else `GET` answers may be sent back, unchanged.
    """

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
