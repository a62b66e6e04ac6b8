"""What casework needs of the referrals service's response about a referral."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from shared.places import Area


class ReferredChild(BaseModel):
    """A child as `GET /referrals/v1/referrals/{id}` returns it; other fields are not needed here."""

    child_id: UUID
    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    additional_needs: bool = False


class ChildOfReferral(ReferredChild):
    """The same, of a referral: its own record, also where another speaks for the child since a match was confirmed."""

    merged_into_id: UUID | None = None


class ReferralResponse(BaseModel):
    """The part of a referral that casework needs to open its case; the area may have been set since the decision."""

    area: Area | None
    children: list[ChildOfReferral]
    asked_at: datetime
    """Before the question was sent: what was corrected since is not in the response."""
