"""The columns of a file of workers."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.casework.imports.files.rules import RowFault
from services.casework.imports.files.schemas import FileRow, Reference
from services.casework.imports.imported_workers.rules import EARLIEST_POST
from services.casework.workforce.workers.schemas import Team, WorkerRole
from shared import clock
from shared.days import Day
from shared.fields import Name, Subject
from shared.places import Area


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
    subject: Subject | None = Field(
        None, description="The `sub` of the person's token, which joins the worker to who signs in."
    )
    joined_on: DayInPost = Field(description="The first day in post.")
    left_on: DayInPost | None = Field(None, description="The last day in post, of somebody who has left.")

    def faults(self) -> Iterator[RowFault]:
        if self.left_on and self.left_on < self.joined_on:
            yield "left_on", "out-of-order", "The last day in post is not before the first"
