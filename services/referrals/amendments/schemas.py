"""What callers of the amendments endpoints send and get."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.referrals.fields import Email, Name, Narrative, PastInstant, Phone, Reason
from services.referrals.referrals.schemas import (
    MOST_PEOPLE,
    Address,
    Concerns,
    Consent,
    Needs,
    ReferredAdult,
    ReferredChild,
)
from shared.web import RequestBody


class ReferrerContact(RequestBody):
    """Who to answer instead; what is left out stays as it was."""

    name: Name | None = None
    role: Annotated[str, Field(max_length=100)] | None = None
    email: Email | None = None
    phone: Phone | None = None


class Changes(RequestBody):
    """What is now said instead, whole field by whole field; what is left out, or null, stays as it was."""

    referrer: ReferrerContact | None = None
    address: Address | None = None
    concerns: Concerns | None = None
    needs: Needs | None = None
    narrative: Narrative | None = None
    immediate_danger: bool | None = None
    consent: Consent | None = None
    children: list[ReferredChild] = Field(default_factory=list, max_length=MOST_PEOPLE)
    """Children to add: those who were left out before stay."""
    adults: list[ReferredAdult] = Field(default_factory=list, max_length=MOST_PEOPLE)
    """Adults to add."""


class NewAmendment(RequestBody):
    """What is said differently from before, and why."""

    changes: Changes
    reason: Reason


class NewWithdrawal(RequestBody):
    """Why a referral is taken back."""

    reason: Reason


class NewAcknowledgement(RequestBody):
    """That the referrer was told that the referral came."""

    method: Literal["email", "telephone", "letter", "in_person", "online"] | None = None
    note: Reason | None = None
    acknowledged_at: PastInstant | None = None


class ChangeShown(BaseModel):
    """One step in the life of a referral: an amendment's `values` hold what stood there before and what stands now."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    step: str
    at: datetime
    by: str
    reason: str | None
    values: dict[str, Any]
