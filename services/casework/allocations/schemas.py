"""What callers of the allocation and caseload endpoints send and get."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.casework.ceilings.schemas import CeilingInForce
from services.casework.workers.schemas import Number
from shared.days import Day
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody

By = Literal["worker", "team", "area", "county"]


class NewAllocation(RequestBody):
    """The key worker for a family; an override reason where the ceiling does not allow it."""

    worker_id: UUID
    starts_on: Day | None = None
    override_reason: Annotated[str, Field(min_length=1, max_length=2000)] | None = None


class AllocationMade(BaseModel):
    """What the allocation means for the worker: `children` and `ceiling` are theirs, with this family."""

    id: UUID
    case_id: UUID
    worker_id: UUID
    starts_on: date
    children: int
    ceiling: Number
    over_ceiling: bool


class CaseloadsQuery(PageQuery):
    """Caseloads of whom."""

    by: By = "worker"
    area: Area | None = None


class Caseload(BaseModel):
    """The caseload of a worker, a team, an area or the county.

    `ceiling` is the ceiling in force times the FTE; `utilisation` is children divided by that.
    """

    worker_id: UUID | None = None
    name: str | None = None
    area: Area | None = None
    team: str | None = None
    workers: int
    fte: Number
    ceiling: Number
    children: int
    families: int
    utilisation: Number
    over_ceiling: bool


class CaseloadSummary(BaseModel):
    """Over everything asked for, not over the page.

    `mean`, `minimum` and `maximum` are children per key worker in post, those without a child included; `unallocated`
    counts the families that wait for a key worker.
    """

    workers: int
    children: int
    families: int
    mean: Number
    minimum: int
    maximum: int
    unallocated: int
    unallocated_children: int
    ceiling_in_force: CeilingInForce


class Caseloads(BaseModel):
    """A page of caseloads with the summary of all of them."""

    items: list[Caseload]
    next: str | None
    summary: CaseloadSummary
