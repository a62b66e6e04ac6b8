"""What callers of the bookings endpoints send and get."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.centres.bookings.rules import BookingStatus
from shared.web import RequestBody


class NewBooking(RequestBody):
    """Who is to come: a family, or one child of it. Each booking takes one place."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "family_id": "0c5d7a52-4e37-4d0c-8f5d-6f1f1b8a2c01",
                    "child_id": "0c5d7a52-4e37-4d0c-8f5d-6f1f1b8a2c02",
                }
            ]
        }
    )

    family_id: UUID
    child_id: UUID | None = None


class BookingReceipt(BaseModel):
    """A place, or one on the waiting list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    session_id: UUID
    family_id: UUID
    child_id: UUID | None
    status: BookingStatus
    position: int | None = None
    """On the waiting list, counted from 1; none with a place."""


class RestrictionResponse(BaseModel):
    """As `GET /v1/families/{id}/restriction` of referrals and of casework returns it."""

    subjects: list[str]
