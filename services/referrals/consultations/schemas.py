"""What callers of the consultation endpoints send and get."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.referrals import examples
from shared.contracts.concerns import Concerns
from shared.fields import Line, Name, Text
from shared.paging import PageQuery
from shared.web import RequestBody


class NewConsultation(RequestBody):
    """A question about a child who is not named."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CONSULTATION]})

    organisation: Line
    role: Name
    """Of the professional who asks."""
    concerns: Concerns = Field(default_factory=list)
    question: Text
    immediate_harm: bool
    """Whether a child is in immediate harm: then this is not the way."""
    advice: Text | None = None
    """Only for MASH roles, who write down what was asked and advised on the telephone."""
    refer: bool | None = Field(None, validate_default=True)
    """With `advice`: whether the advice is to make a referral."""

    @field_validator("refer")
    @classmethod
    def _with_the_advice(cls, refer: bool | None, info: ValidationInfo) -> bool | None:
        if "advice" in info.data and (refer is None) != (info.data["advice"] is None):
            raise PydanticCustomError("with_the_advice", "Advice states whether to refer, and only advice does")
        return refer


class NewAdvice(RequestBody):
    """What the MASH advises, and whether to make a referral."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ADVICE]})

    advice: Text
    refer: bool


class ConsultationsQuery(PageQuery):
    """Which consultations: those that wait for advice, or those that have it; by default all."""

    status: Literal["open", "advised"] | None = None


class ConsultationShown(BaseModel):
    """A consultation and the advice; it never becomes a referral by itself."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: Literal["open", "advised"]
    organisation: str
    role: str
    concerns: list[str]
    question: str
    asked_at: datetime
    advice: str | None
    refer: bool | None
    advised_at: datetime | None
