"""What callers of the proposals endpoints send and get."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.governance import codes
from services.governance.proposals.models import Gate, Proposal, RouteStep
from services.governance.proposals.rules import RouteRole, State
from shared.codes import CodeOf
from shared.contracts.governance import DecisionOutcome, Effect
from shared.fields import Line, Text
from shared.web import RequestBody


class Impact(RequestBody):
    """What a proposal would change; it settles which bodies decide and what must be done before."""

    day_to_day: bool = False
    communications: bool = False
    service_detail: bool = False
    wider_or_fundamental: bool = False
    for_county_management_team: bool = False
    for_cabinet: bool = False
    closes_or_moves_centre: bool = False
    significant_change_to_centre: bool = False
    affects_people: bool = False

    def ticks(self) -> set[str]:
        return {tick for tick, ticked in self.model_dump().items() if ticked}


class ProposedEffect(RequestBody):
    """What an approval changes by itself."""

    kind: Annotated[str, Field(max_length=40), CodeOf("effects", codes.EFFECTS)]
    children: int | None = Field(None, ge=1, le=100, validate_default=True)
    """The number of children that a full-time worker may hold, where the effect is `set_caseload_ceiling`."""

    @field_validator("children")
    @classmethod
    def _ceiling_in_children(cls, children: int | None, info: ValidationInfo) -> int | None:
        if info.data.get("kind") == "set_caseload_ceiling" and children is None:
            raise PydanticCustomError("missing", "A caseload ceiling is a number of children")
        return children


class NewProposal(RequestBody):
    """A proposal as it is made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "A caseload ceiling of 18 children",
                    "summary": (
                        "Since the summer 41 families in the north have waited for a key worker for more than a week."
                        " A ceiling of 18 would place 30 of them; supervision stays fortnightly."
                    ),
                    "kind": "staffing",
                    "workstream": "workforce",
                    "impact": {"service_detail": True},
                    "effect": {"kind": "set_caseload_ceiling", "children": 18},
                }
            ]
        }
    )

    title: Line
    summary: Text
    kind: Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z][A-Za-z _-]*$")]
    """A word or two for what it concerns, such as `staffing`: the proposer's own, as no list is agreed."""
    workstream: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    impact: Impact = Field(default_factory=Impact)
    effect: ProposedEffect | None = None


class RouteStepDetails(BaseModel):
    """One body on a proposal's route, in the order in which they take it."""

    body: str
    body_id: UUID
    role: RouteRole
    because: str
    meeting_on: date | None
    """When it decided or, by the meetings planned today, will; null where no meeting is known."""
    outcome: DecisionOutcome | None

    @classmethod
    def of(cls, step: RouteStep, meeting_on: date | None) -> Self:
        return cls(
            body=step.body.key,
            body_id=step.body_id,
            role=step.role,
            because=step.because,
            meeting_on=meeting_on,
            outcome=step.outcome,
        )


class GateDetails(BaseModel):
    """What must be passed before the proposal may be approved."""

    gate: str
    required_because: str
    passed: bool

    @classmethod
    def of(cls, gate: Gate) -> Self:
        return cls(gate=gate.gate, required_because=gate.required_because, passed=gate.passed_at is not None)


class DecisionOnProposal(BaseModel):
    """What a body decided, and the meeting at which it did."""

    id: UUID
    body: str
    meeting_id: UUID
    held_on: date
    outcome: DecisionOutcome
    reason: str
    conditions: str | None
    decided_at: datetime
    effective_on: date
    in_force_since: datetime | None
    in_force_until: datetime | None

    @classmethod
    def of(cls, decision: Any) -> Self:
        own = {name: getattr(decision, name) for name in cls.model_fields if name not in ("body", "held_on")}
        return cls(**own, body=decision.body.key, held_on=decision.meeting.held_on)


class ProposalDetails(BaseModel):
    """A proposal, its way through the bodies, and what came of it."""

    id: UUID
    title: str
    summary: str
    kind: str
    workstream: str | None
    impact: Impact
    effect: Effect | None
    proposed_by: str
    submitted_at: datetime
    state: State
    route: list[RouteStepDetails]
    gates: list[GateDetails]
    decisions: list[DecisionOnProposal]
    in_force_since: datetime | None

    @classmethod
    def of(cls, proposal: Proposal, meeting_days: Sequence[date | None]) -> Self:
        shaped = ("route", "gates", "decisions")
        return cls(
            **{name: getattr(proposal, name) for name in cls.model_fields if name not in shaped},
            route=[RouteStepDetails.of(step, day) for step, day in zip(proposal.route, meeting_days, strict=True)],
            gates=[GateDetails.of(gate) for gate in proposal.gates],
            decisions=[DecisionOnProposal.of(decision) for decision in proposal.decisions],
        )
