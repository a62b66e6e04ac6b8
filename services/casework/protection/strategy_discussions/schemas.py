"""What callers of the strategy discussions endpoints send and get."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.fields import Shown
from services.casework.protection.strategy_discussions.models import StrategyDiscussion
from services.casework.protection.strategy_discussions.rules import Agency
from services.casework.record.contacts.schemas import MOST_CHILDREN
from shared.days import PastInstant
from shared.fields import Name, Reason
from shared.web import RequestBody

DiscussionOutcome = Literal["section_47", "no_further_action"]


class Participant(RequestBody):
    """Who was there, and for which agency."""

    name: Name
    agency: Agency


Participants = Annotated[list[Participant], Field(min_length=1, max_length=40)]


class ParticipantShown(Shown):
    """Who was there, and for which agency."""

    name: str
    agency: Agency


class NewStrategyDiscussion(RequestBody):
    """A strategy discussion about some children of a case, or about all."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "held_at": "2026-03-10T13:00:00Z",
                    "children": ["5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10"],
                    "participants": [
                        {"name": "Rosalind Achebe", "agency": "social_care"},
                        {"name": "DC Owen Pryce", "agency": "police"},
                        {"name": "Dr Mina Farouk", "agency": "health"},
                    ],
                    "outcome": "section_47",
                    "reason": "The bruise and the two accounts of it do not fit together",
                }
            ]
        }
    )

    held_at: PastInstant | None = None
    children: list[UUID] = Field(default_factory=list, max_length=MOST_CHILDREN)
    participants: Participants
    """At least social care, police and health, each agency once; of `other` there may be several."""
    outcome: DiscussionOutcome
    reason: Reason


class StrategyDiscussionShown(BaseModel):
    """A strategy discussion that was held."""

    id: UUID
    case_id: UUID
    held_at: datetime
    children: list[UUID]
    participants: list[ParticipantShown]
    outcome: DiscussionOutcome
    reason: str

    @classmethod
    def of(cls, row: StrategyDiscussion, surviving_ids: Mapping[UUID, UUID]) -> Self:
        own = ("id", "case_id", "held_at", "participants", "outcome", "reason")
        children = dict.fromkeys(surviving_ids[child.child_id] for child in row.children)
        return cls(**{name: getattr(row, name) for name in own}, children=list(children))
