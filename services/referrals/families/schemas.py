"""What callers of the families endpoint get."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.referrals.people.schemas import AdultOfFamily
from services.referrals.referrals.rules import Status
from shared.places import Area


class ChildAtHome(BaseModel):
    """A child of the family, as the record has it that speaks for the child now."""

    child_id: UUID
    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    sex: str
    former_child_ids: list[UUID]
    """Of records that are of this child, too."""


class ReferralOfFamily(BaseModel):
    """A referral of the family."""

    model_config = ConfigDict(from_attributes=True)

    referral_id: UUID = Field(validation_alias="id")
    reference: str
    status: Status
    received_at: datetime
    area: Area | None
    outcome: str | None


class WholeFamily(BaseModel):
    """A family as the front door knows it."""

    family_id: UUID
    joined_family_ids: list[UUID]
    """Families that share a child with it since records were merged, as far as the caller may see them."""
    address: dict[str, Any] | None
    children: list[ChildAtHome]
    adults: list[AdultOfFamily]
    referrals: list[ReferralOfFamily]
    """Of this family, and of its children under any of their ids, as far as the caller may see them: the newest 50."""
    more_referrals: bool
