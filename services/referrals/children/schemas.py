"""What callers of the children endpoint get."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.referrals.merges.schemas import MergeShown
from services.referrals.people.schemas import AdultOfFamily, ChildOfFamily


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
