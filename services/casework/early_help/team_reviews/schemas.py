"""What callers of the endpoint of a team's reviews send and get."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from services.casework.early_help.common_assessments.schemas import Wishes
from services.casework.fields import Shown
from shared.days import Day
from shared.fields import Text
from shared.web import RequestBody

ReviewOutcome = Literal["continue", "close", "step_up"]


class TeamReviewShown(Shown):
    """A review that was held."""

    id: UUID
    number: int
    held_on: date
    due_on: date
    attended: list[UUID]
    family_attended: bool
    wishes: dict[str, Any]
    notes: str
    outcome: ReviewOutcome
    reason_late: str | None


class NewTeamReview(RequestBody):
    """A review of the team's work; unless the team ends with it, the next one falls due."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "held_on": "2026-03-25",
                    "attended": ["5b0c7f5e-6a9e-4a44-9d53-2f0a4f6f1c11"],
                    "family_attended": True,
                    "wishes": {"child": "I like the breakfast club", "family": "We want a dry flat before winter"},
                    "notes": "Barnabas comes to school on time; the housing team has not answered yet.",
                    "outcome": "continue",
                }
            ]
        }
    )

    held_on: Day
    attended: Annotated[list[UUID], Field(min_length=1, max_length=30)]
    """Members."""
    family_attended: bool
    wishes: Wishes
    notes: Text
    outcome: ReviewOutcome
    """`step_up` only records that more is needed: ask the front door for it by `/escalation`."""
    reason_late: Text | None = None
