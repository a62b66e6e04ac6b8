"""What callers of the escalation endpoints send and get."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.casework import codes
from services.casework.cases.cases.models import Case
from services.casework.early_help.escalations.models import Escalation
from shared.codes import CodeOf
from shared.fields import Reason, Text
from shared.places import Area
from shared.web import RequestBody

Concern = Annotated[str, Field(max_length=40), CodeOf("concerns", codes.CONCERNS)]


class Consent(RequestBody):
    """Whether the family agreed to the escalation; without it, why it is made all the same."""

    given: bool
    override_reason: Reason | None = Field(None, validate_default=True)

    @field_validator("override_reason")
    @classmethod
    def _reason_without_consent(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("given") is False and not reason:
            raise PydanticCustomError("reason_needed", "Without consent a reason is needed")
        return reason


class NewEscalation(RequestBody):
    """What the front door is asked to look at."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "concerns": ["neglect"],
                    "narrative": (
                        "Since the review the children have come to school hungry, "
                        "and nobody opens the door to the health visitor."
                    ),
                    "immediate_danger": False,
                    "consent": {
                        "given": False,
                        "override_reason": "The mother does not answer, and the children are hungry now",
                    },
                }
            ]
        }
    )

    concerns: Annotated[list[Concern], Field(min_length=1, max_length=len(codes.CONCERNS))]
    narrative: Text
    immediate_danger: bool = False
    consent: Consent | None = None


class Escalator(BaseModel):
    """Who escalated, and to whose people the front door answers."""

    name: str
    role: str
    organisation: str
    partner_organisation: str | None
    subject: str


class EscalationShown(BaseModel):
    """An escalation; `referral_id` once the front door has made its referral."""

    id: UUID
    case_id: UUID
    family_id: UUID
    area: Area | None
    child_ids: list[UUID]
    concerns: list[str]
    narrative: str
    immediate_danger: bool
    consent: dict[str, Any] | None
    escalated_by: Escalator
    escalated_at: datetime
    referral_id: UUID | None

    @classmethod
    def of(cls, row: Escalation, case: Case) -> Self:
        same = ("id", "case_id", "child_ids", "concerns", "narrative", "immediate_danger", "consent", "escalated_at")
        return cls(
            **{name: getattr(row, name) for name in (*same, "referral_id")},
            family_id=case.family_id,
            area=case.area,
            escalated_by=Escalator(
                name=row.name,
                role=row.role,
                organisation=row.organisation,
                partner_organisation=row.partner_organisation,
                subject=row.escalated_by,
            ),
        )
