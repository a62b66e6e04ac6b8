"""What callers of the caseloads endpoints send and get."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.allocation.caseloads.rules import Amounts, mean
from services.casework.allocation.ceilings.rules import ceiling_of, utilisation
from services.casework.allocation.ceilings.schemas import CeilingInForce
from services.casework.workforce.workers.schemas import Number, Team
from shared.days import Day
from shared.paging import PageQuery
from shared.places import Area

MOST_WEEKS = 104

By = Literal["worker", "team", "area", "county"]


class Whose(BaseModel):
    """Whose caseloads: of one area or team, or of all that the caller's role is for."""

    model_config = ConfigDict(extra="forbid")

    area: Area | None = None
    team: Team | None = None


class CaseloadsQuery(PageQuery, Whose):
    """Caseloads of whom, and at the end of which day; now where none is given."""

    by: By = "worker"
    as_at: Day | None = None


class Caseload(BaseModel):
    """The caseload of a worker, a team, an area or the county.

    `ceiling` is the ceiling in force times the FTE; `utilisation` is children divided by that; `overdue` counts what is
    to be done in these families and is past its due day. `on_leave_until` is the last day of a worker's leave, null
    where that is not known.
    """

    worker_id: UUID | None = None
    name: str | None = None
    area: Area | None = None
    team: str | None = None
    on_leave: bool | None = None
    on_leave_until: date | None = None
    workers: int
    fte: Number
    ceiling: Number
    children: int
    families: int
    utilisation: Number
    over_ceiling: bool
    overdue: int


class HoldingSoMany(BaseModel):
    """How many key workers hold so many children."""

    children: int
    workers: int


class CaseloadSummary(BaseModel):
    """Over everything asked for, not over the page.

    `mean`, `minimum` and `maximum` are children per key worker in post, those without a child included; `unallocated`
    counts the families that wait for a key worker: they have no team, so that `team` does not choose among them.
    """

    workers: int
    children: int
    families: int
    mean: Number
    minimum: int
    maximum: int
    distribution: list[HoldingSoMany]
    """Fewest children first."""
    unallocated: int
    unallocated_children: int
    ceiling_in_force: CeilingInForce


class Caseloads(BaseModel):
    """A page of caseloads with the summary of all of them."""

    as_at: date
    items: list[Caseload]
    next: str | None
    summary: CaseloadSummary


class CaseloadTrendQuery(Whose):
    """Of whom, and over how many weeks up to today."""

    weeks: Annotated[int, Field(ge=1, le=MOST_WEEKS)] = 12


class WeekOfCaseloads(BaseModel):
    """How it stood at the end of a week; `mean` is children per key worker, `ceiling` that of all of them together."""

    as_at: date
    workers: int
    children: int
    families: int
    mean: Number
    unallocated: int
    fte: Number
    ceiling: Number
    utilisation: Number

    @classmethod
    def of(cls, day: date, amounts: Amounts, per_full_time: int) -> Self:
        ceiling = ceiling_of(per_full_time, amounts.fte)
        return cls(
            as_at=day,
            **vars(amounts),
            mean=mean(amounts.children, amounts.workers),
            ceiling=ceiling,
            utilisation=utilisation(amounts.children, ceiling),
        )


class CaseloadTrend(BaseModel):
    """Week by week, the oldest first; the last one is today."""

    items: list[WeekOfCaseloads]
