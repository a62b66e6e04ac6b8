"""What callers of the matches endpoints send and get."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.referrals import examples
from services.referrals.people.schemas import Candidate
from shared.fields import Reason
from shared.web import RequestBody


class NewMatchAnswer(RequestBody):
    """Which known child the referred one is; none of them: null."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.MATCH_ANSWER]})

    matched_child_id: UUID | None
    reason: Reason
    recorded_twice: bool = False
    """A manager of the MASH confirms that one child was recorded twice: two who were named together, who are known as
    siblings, or who look like twins, may then be merged."""


class MatchAnswerShown(BaseModel):
    """What a person answered."""

    model_config = ConfigDict(from_attributes=True)

    referral_id: UUID
    child_id: UUID
    matched_child_id: UUID | None
    merge_id: UUID | None
    reason: str
    answered_by: str
    answered_at: datetime


class MatchesOfChild(BaseModel):
    """A referred child, the children of the index who may be the same, and what was answered last."""

    child_id: UUID
    surviving_child_id: UUID
    """The record that speaks for the child: another than `child_id` once it was matched."""
    candidates: list[Candidate]
    answer: MatchAnswerShown | None


class StrongMatch(BaseModel):
    """A known child who is very likely the referred one."""

    child_id: UUID
    score: float


class UnansweredMatches(BaseModel):
    """A referred child with strong matches, for whom nobody has answered whether one of them is the same child."""

    child_id: UUID
    candidates: list[StrongMatch]
