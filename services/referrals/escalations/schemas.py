"""What casework returns about an escalation of early help."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.places import Area


class EscalatedBy(BaseModel):
    """Who of those around the family escalated."""

    name: str
    role: str
    organisation: str
    partner_organisation: str | None
    subject: str


class EscalationResponse(BaseModel):
    """The response of `GET /casework/v1/early-help/escalations/{id}`; its other fields are not needed here."""

    id: UUID
    case_id: UUID
    family_id: UUID
    area: Area | None
    child_ids: list[UUID]
    concerns: list[str]
    narrative: str
    immediate_danger: bool
    consent: dict[str, Any] | None
    escalated_by: EscalatedBy
    escalated_at: datetime
