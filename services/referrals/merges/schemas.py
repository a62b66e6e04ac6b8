"""What callers of the merges endpoints send and get."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.referrals.fields import Reason
from services.referrals.people.schemas import AdultOfFamily, ChildOfFamily
from shared.web import RequestBody


class NewMerge(RequestBody):
    """Two records that are of one child."""

    surviving_child_id: UUID
    merged_child_id: UUID
    reason: Reason


class NewReversal(RequestBody):
    """Why a merge was wrong."""

    reason: Reason


class MergeShown(BaseModel):
    """A merge, and its reversal where there was one."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    surviving_child_id: UUID
    merged_child_id: UUID
    reason: str
    merged_by: str
    merged_at: datetime
    reversal_reason: str | None
    reversed_by: str | None
    reversed_at: datetime | None


class ChildRecord(BaseModel):
    """What one record says of the child; former records keep saying it."""

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
