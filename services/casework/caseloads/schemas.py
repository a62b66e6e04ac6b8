"""What callers of the caseload endpoints send and get."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.casework.ceilings.schemas import CeilingInForce
from services.casework.workers.schemas import Number
from shared.paging import PageQuery
from shared.places import Area

By = Literal["worker", "team", "area", "county"]


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
