"""What callers of the pathways endpoints send and get."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.codes import CLOSURES
from services.casework.pathways.rules import Direction
from shared.codes import CodeOf
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.places import Area
from shared.web import RequestBody

Reason = Annotated[str, Field(min_length=1, max_length=2000)]
StepKind = Literal["opened", "up", "down", "closed", "reopened"]


class NewStep(RequestBody):
    """Where the family is stepped to and why; without a day, today."""

    pathway: Pathway
    reason: Reason
    from_on: Day | None = None


class NewClosure(RequestBody):
    """The day from which the case is closed, the census's reason, and in words what more there is to say."""

    closed_on: Day
    reason: Annotated[str, CodeOf("closures", CLOSURES)]
    note: Reason | None = None


class NewReopening(RequestBody):
    """From which day on the case is open again, on which pathway, and why."""

    reopened_on: Day
    pathway: Pathway
    reason: Reason


class NewEnding(RequestBody):
    """The day from which the key worker does not hold the family any more (today, where none is told), and why."""

    reason: Reason
    ended_on: Day | None = None


class NewMove(RequestBody):
    """Where the family lives now."""

    area: Area
    moved_on: Day
    reason: Reason


class LawfulStepShown(BaseModel):
    """A step that may be taken, and by what right."""

    model_config = ConfigDict(from_attributes=True)

    before: Pathway
    after: Pathway
    direction: Direction
    because: str


class LawfulSteps(BaseModel):
    """Every lawful step between pathways."""

    items: list[LawfulStepShown]


class StepShown(BaseModel):
    """From a day on the case was on this pathway, or closed."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    kind: StepKind
    pathway: Pathway | Literal["closed"]
    from_on: date
    reason: str | None
    """None where an event brought it about: the opening, and a step up by a referral that joined."""
    closure: str | None
    recorded_by: str
    recorded_at: datetime


class MoveShown(BaseModel):
    """From a day on the case was in this area."""

    model_config = ConfigDict(from_attributes=True)

    area: Area | None
    from_on: date
    recorded_by: str
    recorded_at: datetime


class KeyWorkerShown(BaseModel):
    """Who held the family, from a day until before another; an `end_reason` where it has ended."""

    model_config = ConfigDict(from_attributes=True)

    worker_id: UUID
    name: str
    role: str
    starts_on: date
    ended_on: date | None
    end_reason: str | None


class ReferralOfCase(BaseModel):
    """A referral that opened the case, or joined it."""

    model_config = ConfigDict(from_attributes=True)

    referral_id: UUID
    outcome: str
    decided_at: datetime


class CaseHistory(BaseModel):
    """Everything that a case went through, oldest first."""

    case_id: UUID
    steps: list[StepShown]
    moves: list[MoveShown]
    key_workers: list[KeyWorkerShown]
    referrals: list[ReferralOfCase]
    other_open_cases: list[UUID]
    """Those of the same family or with one of its children, because records were found to be one after both were
    opened; of those that the reader may see. One of the two is to be closed."""
