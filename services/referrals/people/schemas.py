"""What callers of the people endpoints send and get."""

from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.referrals.fields import BirthDate, Line, Name, Reason
from services.referrals.people.rules import Description
from shared.identifiers import NhsNumber, Upn
from shared.web import RequestBody


class SearchedAddress(RequestBody):
    """An address, or part of it."""

    lines: list[Line] = Field(default_factory=list, max_length=6)
    postcode: Annotated[str, Field(max_length=12)] | None = None


class PeopleSearch(RequestBody):
    """What is known of a child: any of it, the more the better."""

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
    def _says_something(self) -> Self:
        if not any((*self._names(), self.date_of_birth, self.nhs_number, self.upn, *self._places())):
            raise PydanticCustomError(
                "nothing_to_search", "Say a name, a date of birth, a number or an address; a year alone is too little"
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

    subjects: list[Annotated[str, Field(min_length=1, max_length=255)]] = Field(max_length=50)
    """As `sub` in their tokens."""
    reason: Reason


class Restriction(BaseModel):
    """Who alone may see a family."""

    family_id: UUID
    subjects: list[str]
