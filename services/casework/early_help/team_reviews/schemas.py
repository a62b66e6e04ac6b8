"""What callers of the endpoint of a team's reviews send and get."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

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

    held_on: Day
    attended: Annotated[list[UUID], Field(min_length=1, max_length=30)]
    """Members."""
    family_attended: bool
    wishes: Wishes
    notes: Text
    outcome: ReviewOutcome
    """`step_up` only records that more is needed: ask the front door for it by `/escalation`."""
    reason_late: Text | None = None
