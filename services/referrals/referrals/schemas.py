"""What callers of the referrals endpoints send and get."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, computed_field, field_validator
from pydantic_core import PydanticCustomError

from services.referrals import codes, examples
from services.referrals.access import MASH
from services.referrals.fields import JobTitle, Narrative
from services.referrals.open_cases.schemas import OpenCaseShown
from services.referrals.people.models import Child
from services.referrals.people.schemas import Address, ReferredAdult, ReferredChild
from services.referrals.referrals.models import Referral
from services.referrals.referrals.rules import (
    DECIDED,
    OLDEST_WITHOUT_NEEDS,
    Person,
    Rating,
    Status,
    is_past_age_without_needs,
)
from shared.auth import Actor
from shared.clock import london_day
from shared.codes import CodeOf
from shared.contracts.concerns import Concerns, Needs
from shared.days import PastInstant
from shared.fields import Email, Line, Name, Phone, Reason, Text
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody

MOST_PEOPLE = 20


class Referrer(RequestBody):
    """Who refers, and where to answer."""

    name: Name
    role: JobTitle | None = None
    organisation: Line
    source: Annotated[str, Field(max_length=2), CodeOf("sources", codes.SOURCES)]
    email: Email | None = None
    phone: Phone | None = None


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


class ReferralContent(RequestBody):
    """What a referral is about, whoever of the family it names."""

    referrer: Referrer
    address: Address = Field(default_factory=Address)
    concerns: Concerns = Field(default_factory=list)
    needs: Needs = Field(default_factory=list)
    narrative: Narrative = Field("", validate_default=True)
    immediate_danger: bool = False
    consent: Consent | None = None

    @field_validator("narrative")
    @classmethod
    def _states_a_concern(cls, narrative: str, info: ValidationInfo) -> str:
        if not (narrative or info.data.get("concerns") or info.data.get("needs")):
            raise PydanticCustomError("no_concern", "State what the concern is: by a code or in the narrative")
        return narrative


class NewReferral(ReferralContent):
    """A referral as it is made."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.REFERRAL]})

    children: list[ReferredChild] = Field(min_length=1, max_length=MOST_PEOPLE)
    adults: list[ReferredAdult] = Field(default_factory=list, max_length=MOST_PEOPLE)
    received_at: PastInstant | None = None
    """Only for MASH roles, who enter what came earlier: it starts the clocks."""


class NewRating(RequestBody):
    """A risk rating; it sets the time by which the decision is due."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RATING]})

    rating: Rating
    reason: Reason
    rated_at: PastInstant | None = None


class NewPlacement(RequestBody):
    """The area that takes a referral whose postcode gives none."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PLACEMENT]})

    area: Area
    reason: Reason


class NewAcknowledgement(RequestBody):
    """That the referrer was informed that the referral came."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.ACKNOWLEDGEMENT]})

    method: Literal["email", "telephone", "letter", "in_person", "online"] | None = None
    text: Text | None = None
    acknowledged_at: PastInstant | None = None


class Remark(BaseModel):
    """Something about a child of the referral that is taken as it is, and that a person should look at."""

    code: Literal["past_age_without_additional_needs"]
    child_id: UUID
    message: str


def remarks_on(children: Iterable[tuple[UUID, Person]], received_at: datetime) -> list[Remark]:
    """From 20 to 25 the service is for those with additional needs: remarked on and not refused."""
    message = f"Past {OLDEST_WITHOUT_NEEDS} the service is for those with additional needs, and none are recorded"
    return [
        Remark(code="past_age_without_additional_needs", child_id=child_id, message=message)
        for child_id, child in children
        if is_past_age_without_needs(child, london_day(received_at))
    ]


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
    cautions: list[Remark] = []

    @classmethod
    def of(cls, referral: Referral, children: list[Child]) -> Self:
        columns = {name: getattr(referral, name) for name in cls.model_fields if name not in ("children", "cautions")}
        references = [ChildReference(child_id=child.id) for child in children]
        return cls(
            **columns,
            children=references,
            cautions=remarks_on([(child.id, child) for child in children], referral.received_at),
        )


class ChildQueued(BaseModel):
    """A child of a referral by name, under the id that it answers to since its records were merged."""

    child_id: UUID
    given_name: str
    family_name: str


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
    acknowledgement_due_at: datetime
    acknowledged_at: datetime | None
    withdrawal_requested_at: datetime | None
    """Since when the referrer's request to withdraw it waits for the MASH."""
    children: list[ChildQueued]
    open_cases: list[OpenCaseShown]
    """Of its children and its family, whom the Family Support Service knows already."""

    @classmethod
    def of(cls, row: Referral, **added: Any) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.model_fields if name not in added}, **added)


class ReferralOutcome(BaseModel):
    """What the referrer may know of what became of a referral."""

    id: UUID
    reference: str
    status: Status
    received_at: datetime
    acknowledgement_due_at: datetime
    """By when the referrer is informed that it came and what is done."""
    acknowledged_at: datetime | None
    decided_at: datetime | None
    """Empty, as is `outcome`, until the decision is final."""
    outcome: str | None
    withdrawal_requested_at: datetime | None
    """Since when the request to withdraw it waits for the MASH."""
    withdrawal_refused_at: datetime | None
    """When the MASH refused the last request: the referral stands."""

    @classmethod
    def of(cls, referral: Referral) -> Self:
        final = referral.status in DECIDED
        request = referral.withdrawal_request or {}
        return cls(
            id=referral.id,
            reference=referral.reference,
            status=referral.status,
            received_at=referral.received_at,
            acknowledgement_due_at=referral.acknowledgement_due_at,
            acknowledged_at=referral.acknowledged_at,
            decided_at=referral.decided_at if final else None,
            outcome=referral.outcome if final else None,
            withdrawal_requested_at=referral.withdrawal_requested_at,
            withdrawal_refused_at=request["decided_at"] if request.get("accepted") is False else None,
        )


class QueueQuery(PageQuery):
    """Which referrals: by default those that still wait for a decision."""

    status: Status | None = None
    rating: Rating | None = None
    area: Area | None = None
    overdue: bool | None = None
    mine: bool | None = None
    withdrawal_requested: bool | None = None
    """Of those that wait: whether their referrer asks to withdraw them."""
    reference: Line | None = None
    """The one that was read out on the telephone, in any status; in whatever case, with or without `RW` and dashes."""


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
    merged_into_id: UUID | None
    """The known child whose record speaks for this one since a person confirmed the match."""


class AdultOfReferral(BaseModel):
    """An adult of the family as the MASH sees them."""

    model_config = ConfigDict(from_attributes=True)

    adult_id: UUID = Field(validation_alias="id")
    given_name: str
    family_name: str
    date_of_birth: date | None
    relationship: str | None


class WithdrawalRequestShown(BaseModel):
    """A referrer's request to withdraw a referral, and what the MASH decided."""

    reason: str
    requested_at: datetime
    requested_by: str
    accepted: bool | None
    """Null: it waits, or the referral was decided first."""
    decision_reason: str | None
    decided_at: datetime | None
    decided_by: str | None


class WholeReferral(BaseModel):
    """Everything that was recorded and done, for the MASH."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    status: Status
    family_id: UUID
    referrer: dict[str, Any]
    source: str
    organisation: str | None
    """Whose people follow the referral: as the referrer signed in, or as the MASH confirmed it."""
    organisation_confirmed_by: str | None
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
    acknowledgement_due_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    withdrawal_request: WithdrawalRequestShown | None
    """The last one; every one is in the change log."""
    withdrawal_requested_at: datetime | None
    rating: Rating | None
    rating_reason: str | None
    rated_at: datetime | None
    rated_by: str | None
    outcome: str | None
    level: int | None
    decision_reason: str | None
    primary_need: str | None
    decided_at: datetime | None
    """When the decision came into force: where a second person signs, with the signature."""
    decided_by: str | None
    link_worker: dict[str, Any] | None
    """With early help: whom the referrer's organisation turns to."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cautions(self) -> list[Remark]:
        """What a person should look at."""
        return remarks_on([(child.child_id, child) for child in self.children], self.received_at)


class ReferralInFull(WholeReferral):
    """The whole referral, with who works with its children or their family already."""

    open_cases: list[OpenCaseShown] = []


def as_seen_by(actor: Actor, referral: Referral) -> WholeReferral | ReferralOutcome:
    return WholeReferral.model_validate(referral) if actor.has(*MASH) else ReferralOutcome.of(referral)


class ChangeShown(BaseModel):
    """One step in the life of a referral: an amendment's `values` hold what stood there before and what stands now."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    step: str
    at: datetime
    by: str
    reason: str | None
    values: dict[str, Any]
