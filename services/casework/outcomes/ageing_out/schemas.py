"""What callers of the list of those who soon reach an age send and get."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.casework.cases.cases.schemas import ChildNamed, KeyWorker
from services.casework.outcomes.ageing_out.rules import AT_MOST_AHEAD_DAYS, Age
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.paging import PageQuery
from shared.places import Area


class AgeingOutQuery(PageQuery):
    """Whose birthdays, and until when."""

    by: Day | None = None
    within_days: int | None = Field(None, ge=0, le=AT_MOST_AHEAD_DAYS)
    reaches: Age | None = None
    area: Area | None = None
    team: str | None = None
    worker: UUID | None = None


class AgeingOut(BaseModel):
    """A young person of an open case who reaches an age."""

    child_id: UUID
    child: ChildNamed | None
    """By name, for who may read the case; null for performance analysts."""
    case_id: UUID
    family_id: UUID
    reaches: Age
    on: date
    additional_needs: bool
    service_ends: bool
    """Whether the service is not for them from that day on."""
    pathway: Pathway
    area: Area | None
    team: str | None
    key_worker: KeyWorker | None
