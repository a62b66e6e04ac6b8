"""What callers of the joining endpoints send and get."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.casework.cases.cases.schemas import CaseShown
from shared.fields import Reason
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


class NewJoining(RequestBody):
    """The case that is joined into the one in the path, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case_id": "8c0f1a52-9d0e-4b86-9a4b-0e5c2f7d8136",
                    "reason": "Barnabas was recorded twice: one family, seen by Rosalind Achebe",
                }
            ]
        }
    )

    case_id: UUID
    reason: Reason


class CasesToJoinShown(BaseModel):
    """Two open cases of one family."""

    found_at: datetime
    """When a merge of children's records found them to be of one family."""
    cases: list[CaseShown]
    """Both, the one that was opened first before the other."""


class CasesToJoinQuery(PageQuery):
    """Which of them: those of which one case is of this area or team."""

    area: Area | None = None
    team: str | None = None
