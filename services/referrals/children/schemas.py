"""What callers of the children endpoint get."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.referrals import codes, examples
from services.referrals.fields import BirthDate, Disabilities
from services.referrals.merges.schemas import MergeShown
from services.referrals.people.schemas import AdultOfFamily, ChildOfFamily
from shared.codes import CodeOf
from shared.days import Day
from shared.fields import Name, Reason
from shared.identifiers import NhsNumber, Upn
from shared.web import RequestBody


class NewCorrection(RequestBody):
    """What is to be replaced in the record of a child: a field that is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CORRECTION]})

    given_name: Name | None = None
    family_name: Name | None = None
    expected_date_of_birth: Day | None = None
    date_of_birth: BirthDate = None
    """Of an unborn child: its birth; the expected date goes."""
    sex: Annotated[str, Field(max_length=1), CodeOf("sexes", codes.SEXES)] | None = None
    ethnicity: Annotated[str, Field(max_length=4), CodeOf("ethnicities", codes.ETHNICITIES)] | None = None
    nhs_number: NhsNumber | None = None
    """Null takes away a number that is another child's; so with `upn`, its reason and `ethnicity`."""
    upn: Upn | None = None
    upn_unknown_reason: (
        Annotated[str, Field(max_length=3), CodeOf("upn_unknown_reasons", codes.UPN_UNKNOWN_REASONS)] | None
    ) = None
    disabilities: Disabilities | None = None
    additional_needs: bool | None = None
    reason: Reason

    @field_validator("date_of_birth")
    @classmethod
    def _born_or_expected(cls, born: date | None, info: ValidationInfo) -> date | None:
        if born and info.data.get("expected_date_of_birth"):
            raise PydanticCustomError("born_or_expected", "A child is either born or expected: send one of the dates")
        return born


class CorrectionShown(BaseModel):
    """One correction: what stood there, what stands there since, who corrected it and why."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    old: dict[str, Any]
    new: dict[str, Any]
    reason: str
    corrected_by: str
    corrected_at: datetime


class ChildRecord(BaseModel):
    """What one record holds of the child; former records keep it."""

    child_id: UUID
    family_id: UUID
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
    """The child's own, else the family's."""


class WholeChild(ChildRecord):
    """A child as the index knows it: the record that speaks for it, those merged into it, family and referrals."""

    former_child_ids: list[UUID]
    former_records: list[ChildRecord]
    siblings: list[ChildOfFamily]
    adults: list[AdultOfFamily]
    referral_ids: list[UUID]
    """Of the child under any of its ids, as far as the caller may see them; the newest first."""
    merges: list[MergeShown]
    """Every merge that the child had a part in, reversed ones too, oldest first."""
