"""What callers of the allocation and caseload endpoints send and get."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.casework.workers.schemas import Number
from shared.days import Day
from shared.web import RequestBody


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
