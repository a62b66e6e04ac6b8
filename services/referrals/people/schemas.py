"""What callers of the people endpoints send and get."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from services.referrals import codes, examples
from services.referrals.fields import UNBORN_SEX, BirthDate, Disabilities, GivenName
from services.referrals.people.rules import Description
from shared.codes import CodeOf
from shared.days import Day
from shared.fields import PLAIN_MARKS, Line, Name, Reason, Subjects
from shared.identifiers import NhsNumber, Upn
from shared.web import RequestBody


class Address(RequestBody):
    """Where a family or a child lives; the postcode gives district and area."""

    lines: list[Line] = Field(default_factory=list, max_length=6)
    postcode: Annotated[str, Field(max_length=40), PLAIN_MARKS] | None = None


class ReferredChild(RequestBody):
    """A child, born or expected."""

    given_name: GivenName = ""
    family_name: Name
    expected_date_of_birth: Day | None = None
    date_of_birth: BirthDate = Field(None, validate_default=True)
    sex: Annotated[str, Field(max_length=1), CodeOf("sexes", codes.SEXES)] = "U"
    ethnicity: Annotated[str, Field(max_length=4), CodeOf("ethnicities", codes.ETHNICITIES)] | None = None
    nhs_number: NhsNumber | None = None
    upn: Upn | None = None
    upn_unknown_reason: (
        Annotated[str, Field(max_length=3), CodeOf("upn_unknown_reasons", codes.UPN_UNKNOWN_REASONS)] | None
    ) = None
    disabilities: Disabilities = Field(default_factory=list)
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

    @field_validator("sex")
    @classmethod
    def _unknown_of_unborn(cls, sex: str, info: ValidationInfo) -> str:
        if info.data.get("expected_date_of_birth") and sex != "U":
            raise PydanticCustomError("unborn", UNBORN_SEX, {"facts": {"census_rule": "8750"}})
        return sex

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

    given_name: GivenName = ""
    family_name: Name
    date_of_birth: BirthDate = None
    relationship: Annotated[str, Field(max_length=60)] | None = None


class SearchedAddress(RequestBody):
    """An address, or part of it."""

    lines: list[Line] = Field(default_factory=list, max_length=6)
    postcode: Annotated[str, Field(max_length=12), PLAIN_MARKS] | None = None


class PeopleSearch(RequestBody):
    """What is known of a child: any of it, the more the better."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PEOPLE_SEARCH]})

    given_name: Name | None = None
    family_name: Name | None = None
    date_of_birth: BirthDate = None
    birth_year: Annotated[int, Field(ge=1990, le=2200)] | None = None
    """Where the day is not known; counts beside a name."""
    nhs_number: NhsNumber | None = None
    upn: Upn | None = None
    address: SearchedAddress = Field(default_factory=SearchedAddress)
    limit: int = Field(20, ge=1, le=50)

    @model_validator(mode="after")
    def _something_to_search_by(self) -> Self:
        if not any((*self._names(), self.date_of_birth, self.nhs_number, self.upn, *self._places())):
            raise PydanticCustomError(
                "nothing_to_search", "Send a name, a date of birth, a number or an address; a year alone is too little"
            )
        return self

    def _names(self) -> tuple[str | None, str | None]:
        return self.given_name, self.family_name

    def _places(self) -> tuple[list[str], str | None]:
        return self.address.lines, self.address.postcode

    def description(self) -> Description:
        return Description(
            given_name=self.given_name or "",
            family_name=self.family_name or "",
            date_of_birth=self.date_of_birth,
            birth_year=self.birth_year,
            nhs_number=self.nhs_number,
            upn=self.upn,
            lines=" ".join(self.address.lines),
            postcode=self.address.postcode or "",
        )


class ChildOfFamily(BaseModel):
    """A child of the index."""

    model_config = ConfigDict(from_attributes=True)

    child_id: UUID = Field(validation_alias="id")
    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    sex: str
    nhs_number: str | None
    upn: str | None


class AdultOfFamily(BaseModel):
    """An adult of the family."""

    model_config = ConfigDict(from_attributes=True)

    adult_id: UUID = Field(validation_alias="id")
    given_name: str
    family_name: str
    date_of_birth: date | None
    relationship: str | None


class Candidate(BaseModel):
    """A child who may be the one that is meant, with the family, and why."""

    child_id: UUID
    family_id: UUID
    score: float
    """From 0 to 1: how likely the two are one child, all that was compared taken together."""
    reasons: list[str]
    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    sex: str
    nhs_number: str | None
    upn: str | None
    address: dict[str, Any] | None
    siblings: list[ChildOfFamily]
    adults: list[AdultOfFamily]


class NewRestriction(RequestBody):
    """Who alone may see a family from now on; nobody named: the restriction is lifted."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.RESTRICTION]})

    subjects: Subjects
    """As `sub` in their tokens."""
    reason: Reason


class Restriction(BaseModel):
    """Who alone may see a family: who is in both lists, where both have anybody."""

    family_id: UUID
    subjects: list[str]
    """As it is restricted here; empty where it is not."""
    casework_subjects: list[str]
    """As casework restricts it; only there can that be changed."""


class RestrictionResponse(BaseModel):
    """As `GET /casework/v1/families/{id}/restriction` returns it."""

    subjects: list[str]


class ImportedChild(BaseModel):
    """A child as casework returns it with its imported case."""

    child_id: UUID
    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    sex: str
    nhs_number: str | None
    upn: str | None
    additional_needs: bool


class ImportedFamily(BaseModel):
    """The response of `GET /casework/v1/imported-cases/{id}`: who the family of an older system's case is."""

    family_id: UUID
    address: dict[str, Any]
    children: list[ImportedChild]
