"""What callers of the absences endpoints send and get."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.days import Day
from shared.web import RequestBody

AbsenceKind = Literal["annual", "sick", "parental", "other"]


class AbsenceDetails(RequestBody):
    """Leave from its first day to its last, which may be given later."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "parental", "from_on": "2026-03-09", "last_on": "2026-09-04"}]}
    )

    kind: AbsenceKind
    from_on: Day
    last_on: Day | None = None


class AbsenceShown(BaseModel):
    """Leave of a worker; `last_on` is its last day, null while that is not known."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    worker_id: UUID
    kind: AbsenceKind
    from_on: date
    last_on: date | None
    recorded_by: str
