"""What callers of the decisions endpoints send and get."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.governance.decisions.models import Decision
from services.governance.meetings.rules import MeetingKind
from services.governance.proposals.rules import State
from shared import clock
from shared.contracts.governance import DecisionOutcome, Effect
from shared.days import Day
from shared.fields import Subject, Text
from shared.paging import PageQuery
from shared.web import RequestBody


def _today_or_later(day: date) -> date:
    if day < clock.today():
        raise PydanticCustomError("in_the_past", "A decision takes effect today or later")
    return day


class NewDecision(RequestBody):
    """What a body decided on a proposal at a meeting."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "proposal_id": "5b0f8d1e-7c1d-4f0a-9f43-2f6f0c9f6a11",
                    "outcome": "approved_with_conditions",
                    "reason": "Families in the north wait too long for a key worker.",
                    "conditions": "The Core Group looks at the caseloads again after three months.",
                    "present": ["Hilary Cassington", "Desmond Wroxton", "Priya Sundarval"],
                    "declared_interests": ["Desmond Wroxton"],
                    "effective_on": "2026-10-01",
                }
            ]
        }
    )

    proposal_id: UUID
    outcome: DecisionOutcome
    reason: Text
    conditions: Text | None = Field(None, validate_default=True)
    """Needed where the outcome is `approved_with_conditions`."""
    present: list[Subject] = Field(default_factory=list, max_length=100)
    """Who was at the meeting, by name or by the subject with which they sign in."""
    declared_interests: list[Subject] = Field(default_factory=list, max_length=100)
    """Who of them declared an interest and stood aside."""
    effective_on: Annotated[Day, AfterValidator(_today_or_later)] | None = None
    """From which day an approval applies; by default today."""

    @field_validator("conditions")
    @classmethod
    def _conditions_on_record(cls, conditions: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("outcome") == "approved_with_conditions" and conditions is None:
            raise PydanticCustomError("conditions_needed", "An approval with conditions needs its conditions")
        return conditions


class MeetingOfDecision(BaseModel):
    """The meeting that decided."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    held_on: date
    kind: MeetingKind


class ProposalOfDecision(BaseModel):
    """What was decided on."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    title: str
    state: State


class DecisionDetails(BaseModel):
    """A decision with the meeting that made it, and since when it is in force."""

    id: UUID
    body: str
    body_id: UUID
    meeting: MeetingOfDecision
    proposal: ProposalOfDecision
    outcome: DecisionOutcome
    reason: str
    conditions: str | None
    present: list[str]
    declared_interests: list[str]
    effect: Effect | None
    """What is to be applied: only of the approval that ends the proposal's route."""
    effective_on: date
    decided_at: datetime
    in_force_since: datetime | None
    in_force_until: datetime | None
    """When a later decision replaced it."""

    @classmethod
    def of(cls, decision: Decision) -> Self:
        shaped = ("body", "meeting", "proposal")
        return cls(
            **{name: getattr(decision, name) for name in cls.model_fields if name not in shaped},
            body=decision.body.key,
            meeting=MeetingOfDecision.model_validate(decision.meeting),
            proposal=ProposalOfDecision.model_validate(decision.proposal),
        )


class DecisionsQuery(PageQuery):
    """Which decisions: of one body, by its key; only those whose effect is in force, or only the others."""

    body: str | None = Field(None, max_length=60)
    in_force: bool | None = None
