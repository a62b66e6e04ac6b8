"""Events of the centres service."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.event import Event
from shared.places import Area


class AttendanceRecorded(Event):
    """It is on record which children of a family came to a session of a centre, and which did not."""

    TYPE = "centres.attendance.recorded.v1"
    SUBJECT = "attendance_id"

    attendance_id: UUID
    session_id: UUID
    centre_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    """Who came; none where the family was booked and nobody did."""
    attended: bool
    audience: Literal["targeted", "partner", "open"]
    starts_at: datetime


class CrisisRaised(Event):
    """Somebody reports that a family is in crisis; a duty worker has until the due time to acknowledge it."""

    TYPE = "centres.crisis.raised.v1"
    SUBJECT = "crisis_id"

    crisis_id: UUID
    family_id: UUID | None
    """None where the family is not known yet."""
    child_ids: list[UUID]
    area: Area | None
    raised_at: datetime
    due_at: datetime


class CrisisUnanswered(Event):
    """Nobody acknowledged a crisis by its due time: announced once."""

    TYPE = "centres.crisis.unanswered.v1"
    SUBJECT = "crisis_id"

    crisis_id: UUID
    family_id: UUID | None
    child_ids: list[UUID]
    area: Area | None
    due_at: datetime


class CrisisAcknowledged(Event):
    """A duty worker took a crisis up."""

    TYPE = "centres.crisis.acknowledged.v1"
    SUBJECT = "crisis_id"

    crisis_id: UUID
    family_id: UUID | None
    child_ids: list[UUID]
    area: Area | None
    acknowledged_at: datetime
    in_time: bool
