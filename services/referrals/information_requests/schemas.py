"""What callers of the information request endpoints send and get."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.referrals import codes, examples
from services.referrals.information_requests.models import InformationRequest
from services.referrals.information_requests.rules import RequestStatus, Risk
from services.referrals.referrals.schemas import ChildQueued
from shared.codes import CodeOf
from shared.days import PastInstant
from shared.fields import Line, Reason, Text
from shared.paging import PageQuery
from shared.web import RequestBody

RequestFilter = Literal["open", "late", "answered", "lapsed"]
Question = Annotated[str, Field(min_length=1, max_length=1000)]


def _one_or_more(sent: Any) -> Any:
    return [sent] if isinstance(sent, str) else sent


class NewInformationRequest(RequestBody):
    """What a partner is asked, and by which right."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.INFORMATION_REQUEST]})

    partner: Line
    """The partner organisation, as its people's tokens name it."""
    lawful_basis: Annotated[str, Field(max_length=30), CodeOf("lawful_bases", codes.LAWFUL_BASES)]
    override_reason: Reason | None = Field(None, validate_default=True)
    """Why the family was not asked, or was overruled; needed with every basis but consent."""
    questions: Annotated[list[Question], BeforeValidator(_one_or_more), Field(min_length=1, max_length=20)]
    """One text is taken as one question."""
    asked_at: PastInstant | None = None

    @field_validator("override_reason")
    @classmethod
    def _reason_without_consent(cls, reason: str | None, info: ValidationInfo) -> str | None:
        basis = info.data.get("lawful_basis")
        if basis and (reason is None) != (basis == "consent"):
            rule = "A reason is needed where consent is overridden, and none with consent"
            raise PydanticCustomError("reason_without_consent", rule)
        return reason


class NewAnswer(RequestBody):
    """What a partner knows, and its own view of the risk."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PARTNER_ANSWER]})

    risk: Risk
    summary: Text
    answered_at: PastInstant | None = None
    """Only for MASH roles, who write down what came by telephone."""


class CorrectedAnswer(RequestBody):
    """What the partner answers instead, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CORRECTED_ANSWER]})

    risk: Risk
    summary: Text
    reason: Reason


class FormerAnswerShown(BaseModel):
    """An answer that was corrected since."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    risk: Risk
    summary: str
    answered_at: datetime
    replaced_at: datetime
    reason: str
    """Why it was corrected."""


class FormerAnswerForMash(FormerAnswerShown):
    """As the MASH sees it, with who answered."""

    answered_by: str


class RequestsQuery(PageQuery):
    """Which requests: by default those that wait for an answer, late or not."""

    status: RequestFilter | None = None


class ChildAskedAbout(BaseModel):
    """Whom a partner is asked about: what it needs to find its own records, and no more."""

    model_config = ConfigDict(from_attributes=True)

    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None


class ListedRequest(BaseModel):
    """An information request in the MASH's list, with the children of its referral by name."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    """Of the referral, to be read out on the telephone."""
    referral_id: UUID
    children: list[ChildQueued]
    partner: str
    asked_at: datetime
    due_at: datetime
    status: RequestStatus
    basis_withdrawn: bool
    """It rests on a consent that the family has taken back: it is not answered; ask again and name another basis."""
    late: bool
    chased_count: int
    last_chased_at: datetime | None
    answered_at: datetime | None
    risk: Risk | None

    @classmethod
    def of(cls, row: InformationRequest, children: Sequence[ChildQueued]) -> Self:
        own = {name: getattr(row, name) for name in cls.model_fields if name != "children"}
        return cls.model_validate({**own, "children": children})


class WholeRequest(ListedRequest):
    """Everything about an information request, for the MASH."""

    lawful_basis: str
    override_reason: str | None
    questions: list[str]
    asked_by: str
    summary: str | None
    answered_by: str | None
    recorded_by_mash: bool
    former_answers: list[FormerAnswerForMash]
    """Oldest first; `risk` and `summary` are of the latest."""


class RequestForPartner(BaseModel):
    """What a partner is asked about whom, and what it answered; nothing else of the referral."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    reference: str
    """Of the referral, to be read out on the telephone."""
    partner: str
    lawful_basis: str
    questions: list[str]
    children: list[ChildAskedAbout]
    asked_at: datetime
    due_at: datetime
    status: RequestStatus
    basis_withdrawn: bool
    """It rests on a consent that the family has taken back: it is not answered; ask again and name another basis."""
    late: bool
    chased_count: int
    last_chased_at: datetime | None
    answered_at: datetime | None
    risk: Risk | None
    summary: str | None
    former_answers: list[FormerAnswerShown]
    """Oldest first; `risk` and `summary` are of the latest."""
