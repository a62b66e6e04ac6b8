"""The columns of files of workers and allocations, and what an import answers."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field
from pydantic_core import PydanticCustomError

from services.casework.files.rules import Told
from services.casework.files.schemas import FileRow, Reference
from services.casework.imported_cases.schemas import CaseRow, Name, PastDay
from services.casework.imports.rules import EARLIEST_POST
from services.casework.workers.schemas import Number, Team, WorkerRole
from shared import clock
from shared.days import Day
from shared.places import Area

Kind = Literal["workers", "cases", "allocations"]


def _in_post(day: date) -> date:
    if day > clock.today():
        raise PydanticCustomError("in_the_future", "This must not be in the future")
    if day < EARLIEST_POST:
        raise PydanticCustomError("too_long_ago", "Nobody has been in post for so long")
    return day


DayInPost = Annotated[Day, AfterValidator(_in_post)]


class WorkerRow(FileRow):
    """A worker of an area team, also one who has left and whose work is to stay credited to them."""

    old_reference: Reference = Field(description="What the older system calls the worker.")
    name: Name = Field(description="As colleagues know the worker.")
    role: WorkerRole = Field(description="A code of `worker_roles`.")
    area: Area = Field(description="north, central or south.")
    team: Team | None = Field(None, description="The team within the area.")
    fte: Annotated[Decimal, Field(gt=0, le=1, decimal_places=2)] = Field(
        Decimal(1), description="The part of full time, at most two decimals: 0.6."
    )
    registration_number: Annotated[str, Field(min_length=1, max_length=20)] | None = Field(
        None, description="Of a registered social worker."
    )
    subject: Annotated[str, Field(min_length=1, max_length=255)] | None = Field(
        None, description="The `sub` of the person's token, which joins the worker to who signs in."
    )
    joined_on: DayInPost = Field(description="The first day in post.")
    left_on: DayInPost | None = Field(None, description="The last day in post, of somebody who has left.")

    def faults(self) -> Iterator[Told]:
        if self.left_on and self.left_on < self.joined_on:
            yield "left_on", "out-of-order", "The last day in post is not before the first"


class AllocationRow(FileRow):
    """A key worker of an imported case, now or earlier."""

    case_reference: Reference = Field(description="Of a case that was imported.")
    worker_reference: Reference = Field(description="Of a worker who was imported, or the id of one here.")
    starts_on: PastDay = Field(description="The first day.")
    ended_on: PastDay | None = Field(None, description="The day from which somebody else, or nobody, held the family.")

    @property
    def key(self) -> str:
        return f"{self.starts_on.isoformat()} {self.case_reference}"

    def faults(self) -> Iterator[Told]:
        if self.ended_on and self.ended_on <= self.starts_on:
            yield "ended_on", "out-of-order", "An allocation ends on a later day than it starts"


ROWS: dict[Kind, type[FileRow]] = {"workers": WorkerRow, "cases": CaseRow, "allocations": AllocationRow}


class ImportWarning(BaseModel):
    """Something true that somebody should look at: a worker who came with more children than the ceiling allows."""

    code: Literal["over-ceiling"]
    worker_id: UUID
    children: int
    ceiling: Number


class ImportDone(BaseModel):
    """What became of the rows of a file."""

    kind: Kind
    rows: int
    added: int
    already_there: int
    """Rows that an earlier file told before, word for word."""
    warnings: list[ImportWarning]
