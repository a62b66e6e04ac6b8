"""What callers of the trend endpoint send and get."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from services.casework.caseloads.schemas import Whose
from services.casework.workers.schemas import Number


class TrendQuery(Whose):
    """Of whom, and over how many weeks up to today."""

    weeks: Annotated[int, Field(ge=1, le=104)] = 12


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


class Trend(BaseModel):
    """Week by week, the oldest first; the last one is today."""

    items: list[WeekOfCaseloads]
