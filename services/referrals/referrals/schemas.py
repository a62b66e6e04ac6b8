"""What callers of the referrals endpoints send and get."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import nhs_number
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from stdnum.gb import upn

from services.referrals import codes
from services.referrals.referrals.models import Referral
from services.referrals.referrals.rules import Rating, Status
from shared import clock
from shared.codes import CodeOf
from shared.days import Day, Instant
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody

Name = Annotated[str, Field(min_length=1, max_length=100)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Narrative = Annotated[str, Field(max_length=50_000)]
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def _not_in_the_future(instant: datetime) -> datetime:
    if instant > clock.now():
        raise PydanticCustomError("in_the_future", "This must not be in the future")
    if instant < EARLIEST:
        raise PydanticCustomError("too_long_ago", "This must not be before 2000")
    return instant.astimezone(UTC)


PastInstant = Annotated[Instant, AfterValidator(_not_in_the_future)]


def _birth_date(day: date | None) -> date | None:
    if day and day > clock.today():
        raise PydanticCustomError("in_the_future", "A date of birth must not be in the future")
    return day


def _nhs_number(value: str) -> str:
    digits = value.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == 10 and nhs_number.is_valid(digits)):
        raise PydanticCustomError("nhs_number", "This is not an NHS number: its check digit (modulus 11) does not fit")
    return digits


def _upn(value: str) -> str:
    if not upn.is_valid(value):
        raise PydanticCustomError("upn", "This is not a unique pupil number: its check letter does not fit")
    return str(upn.compact(value))


class Referrer(RequestBody):
    """Who refers, and where to answer."""

    name: Name
    role: Annotated[str, Field(max_length=100)] | None = None
    organisation: Line
    source: Annotated[str, Field(max_length=2), CodeOf("sources", codes.SOURCES)]
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    phone: Annotated[str, Field(max_length=30, pattern=r"^[0-9+() .-]+$")] | None = None


class Address(RequestBody):
    """Where a family or a child lives; the postcode tells district and area."""

    lines: list[Line] = Field(default_factory=list, max_length=6)
    postcode: Annotated[str, Field(max_length=40)] | None = None


class ReferredChild(RequestBody):
    """A child, born or expected."""

    given_name: Annotated[str, Field(max_length=100)] = ""
    family_name: Name
    expected_date_of_birth: Day | None = None
    date_of_birth: Annotated[Day | None, AfterValidator(_birth_date)] = Field(None, validate_default=True)
    sex: Annotated[str, Field(max_length=1), CodeOf("sexes", codes.SEXES)] = "U"
    ethnicity: Annotated[str, Field(max_length=4), CodeOf("ethnicities", codes.ETHNICITIES)] | None = None
    nhs_number: Annotated[str, Field(max_length=14), AfterValidator(_nhs_number)] | None = None
    upn: Annotated[str, Field(max_length=13), AfterValidator(_upn)] | None = None
    upn_unknown_reason: (
        Annotated[str, Field(max_length=3), CodeOf("upn_unknown_reasons", codes.UPN_UNKNOWN_REASONS)] | None
    ) = None
    disabilities: list[Annotated[str, Field(max_length=4), CodeOf("disabilities", codes.DISABILITIES)]] = Field(
        default_factory=list, max_length=len(codes.DISABILITIES)
    )
    additional_needs: bool = False
    address: Address | None = None

    @field_validator("date_of_birth")
    @classmethod
    def _born_or_expected(cls, born: date | None, info: ValidationInfo) -> date | None:
        if "expected_date_of_birth" in info.data and (born is None) == (info.data["expected_date_of_birth"] is None):
            raise PydanticCustomError(
                "born_or_expected", "A child has either a date of birth or an expected date of birth"
            )
        return born

    @field_validator("upn_unknown_reason")
    @classmethod
    def _upn_or_reason(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason and info.data.get("upn"):
            raise PydanticCustomError(
                "upn_or_reason", "With a unique pupil number there is no reason why it is unknown"
            )
        return reason


class ReferredAdult(RequestBody):
    """An adult of the family."""

    given_name: Annotated[str, Field(max_length=100)] = ""
    family_name: Name
    date_of_birth: Annotated[Day | None, AfterValidator(_birth_date)] = None
    relationship: Annotated[str, Field(max_length=60)] | None = None


class Consent(RequestBody):
    """Whether the family agreed to the referral; without it, why it is made all the same."""

    given: bool
    override_reason: Reason | None = Field(None, validate_default=True)

    @field_validator("override_reason")
    @classmethod
    def _reason_without_consent(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("given") is False and not reason:
            raise PydanticCustomError("reason_needed", "Without consent a reason is needed")
        return reason


class NewReferral(RequestBody):
    """A referral as it is made."""

    referrer: Referrer
    address: Address = Field(default_factory=Address)
    children: list[ReferredChild] = Field(min_length=1, max_length=20)
    adults: list[ReferredAdult] = Field(default_factory=list, max_length=20)
    concerns: list[Annotated[str, Field(max_length=40), CodeOf("concerns", codes.CONCERNS)]] = Field(
        default_factory=list, max_length=len(codes.CONCERNS)
    )
    needs: list[Annotated[str, Field(max_length=40), CodeOf("needs", codes.NEEDS)]] = Field(
        default_factory=list, max_length=len(codes.NEEDS)
    )
    narrative: Narrative = Field("", validate_default=True)
    immediate_danger: bool = False
    consent: Consent | None = None
    received_at: PastInstant | None = None
    """Only for MASH roles, who enter what came earlier: it starts the clocks."""

    @field_validator("narrative")
    @classmethod
    def _says_what_is_wrong(cls, narrative: str, info: ValidationInfo) -> str:
        if not (narrative or info.data.get("concerns") or info.data.get("needs")):
            raise PydanticCustomError("nothing_said", "Say what the concern is: a code or a narrative")
        return narrative


class NewRating(RequestBody):
    """A risk rating; it sets the time by which the decision is due."""

    rating: Rating
    reason: Reason
    rated_at: PastInstant | None = None


class NewDecision(RequestBody):
    """What a named person decides."""

    outcome: Annotated[str, Field(max_length=30), CodeOf("outcomes", codes.OUTCOMES)]
    level: int = Field(ge=1, le=4)
    reason: Reason
    primary_need: Annotated[str, Field(max_length=2), CodeOf("primary_needs", codes.PRIMARY_NEEDS)] | None = None
    decided_at: PastInstant | None = None


class NewPlacement(RequestBody):
    """The area that takes a referral whose postcode did not tell."""

    area: Area
    reason: Reason


class ChildReference(BaseModel):
    """A child of the referral, by id."""

    child_id: UUID


class ReferralReceipt(BaseModel):
    """What a referrer keeps: the reference, and by when things are due."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    status: Status
    received_at: datetime
    recorded_at: datetime
    rating_due_at: datetime
    decision_due_at: datetime
    area: Area | None
    district: str | None
    """The ONS code of the district."""
    postcode_status: Literal["in_county", "not_found", "none"]
    immediate_danger: bool
    family_id: UUID
    children: list[ChildReference]

    @classmethod
    def of(cls, referral: Referral, child_ids: list[UUID]) -> Self:
        told = {name: getattr(referral, name) for name in cls.model_fields if name != "children"}
        return cls(**told, children=[ChildReference(child_id=child_id) for child_id in child_ids])


class QueuedReferral(BaseModel):
    """A referral in the MASH's queue."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    status: Status
    rating: Rating | None
    immediate_danger: bool
    area: Area | None
    district: str | None
    source: str
    received_at: datetime
    next_due_at: datetime
    rating_due_at: datetime
    decision_due_at: datetime


class ReferralOutcome(BaseModel):
    """What the referrer may know of what became of a referral."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    status: Status
    received_at: datetime
    decided_at: datetime | None
    outcome: str | None


class QueueQuery(PageQuery):
    """Which referrals: by default those that still wait for a decision."""

    status: Status | None = None
    rating: Rating | None = None
    area: Area | None = None
    overdue: bool | None = None


class ChildOfReferral(BaseModel):
    """A child as the MASH sees it."""

    model_config = ConfigDict(from_attributes=True)

    child_id: UUID = Field(validation_alias="id")
    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    sex: str
    ethnicity: str | None
    nhs_number: str | None
    upn: str | None
    upn_unknown_reason: str | None
    disabilities: list[str]
    additional_needs: bool
    address: dict[str, Any] | None


class AdultOfReferral(BaseModel):
    """An adult of the family as the MASH sees them."""

    model_config = ConfigDict(from_attributes=True)

    adult_id: UUID = Field(validation_alias="id")
    given_name: str
    family_name: str
    date_of_birth: date | None
    relationship: str | None


class WholeReferral(BaseModel):
    """Everything that was said and done, for the MASH."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    status: Status
    family_id: UUID
    referrer: dict[str, Any]
    source: str
    address: dict[str, Any] | None
    postcode_status: Literal["in_county", "not_found", "none"]
    area: Area | None
    district: str | None
    children: list[ChildOfReferral]
    adults: list[AdultOfReferral]
    concerns: list[str]
    needs: list[str]
    narrative: str
    immediate_danger: bool
    consent: dict[str, Any] | None
    received_at: datetime
    recorded_at: datetime
    rating_due_at: datetime
    decision_due_at: datetime
    rating: Rating | None
    rating_reason: str | None
    rated_at: datetime | None
    rated_by: str | None
    outcome: str | None
    level: int | None
    decision_reason: str | None
    primary_need: str | None
    decided_at: datetime | None
    decided_by: str | None
