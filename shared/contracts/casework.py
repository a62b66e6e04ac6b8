"""Events of the casework service."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared.contracts.event import Event
from shared.places import Area

Pathway = Literal["early_help", "thriving_families", "child_in_need", "child_protection", "court"]


class CaseOpened(Event):
    """A family is open to the Family Support Service."""

    TYPE = "casework.case.opened.v1"
    SUBJECT = "case_id"

    case_id: UUID
    referral_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    pathway: Pathway
    area: Area | None
    opened_on: date


class CaseAllocated(Event):
    """A family has its key worker."""

    TYPE = "casework.case.allocated.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    worker_id: UUID
    area: Area
    children: int
    starts_on: date


class CaseloadCeilingExceeded(Event):
    """A manager allocated more children to a worker than the ceiling allows, and recorded why."""

    TYPE = "casework.caseload.ceiling_exceeded.v1"
    SUBJECT = "worker_id"

    worker_id: UUID
    case_id: UUID
    area: Area
    team: str | None
    children: int
    """The worker's children with this case."""
    ceiling: Decimal
    """The ceiling in force times the worker's FTE."""
    allocated_at: datetime


class CeilingChanged(Event):
    """Casework applied a decision: this is the caseload ceiling from now on."""

    TYPE = "casework.ceiling.changed.v1"
    SUBJECT = "decision_id"

    decision_id: UUID
    proposal_id: UUID
    children: int
    in_force_since: datetime
