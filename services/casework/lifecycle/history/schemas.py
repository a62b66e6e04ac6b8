"""What callers of the history endpoint get."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.casework import Pathway
from shared.places import Area

StepKind = Literal["opened", "up", "down", "closed", "joined", "reopened"]


class StepShown(BaseModel):
    """From a day on the case was on this pathway, or closed; where it was joined into another, its pathway is `closed`
    too, without a reason of the census."""

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

    case_id: UUID
    """This case, or the one that was joined into it and whose family the worker held."""
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


class JoiningShown(BaseModel):
    """A case was joined into another one of its family, until that was reversed."""

    model_config = ConfigDict(from_attributes=True)

    case_id: UUID
    into_case_id: UUID
    joined_on: date
    joined_by: str
    reason: str
    reversed_on: date | None


class CaseHistory(BaseModel):
    """Everything that a case went through, oldest first."""

    case_id: UUID
    steps: list[StepShown]
    moves: list[MoveShown]
    key_workers: list[KeyWorkerShown]
    referrals: list[ReferralOfCase]
    joinings: list[JoiningShown]
    other_open_cases: list[UUID]
    """Those of the same family or with one of its children, because records were found to be one after both were
    opened; of those that the reader may see. A manager joins one of the two into the other."""
