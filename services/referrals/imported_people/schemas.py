"""What casework tells of a family that it took over from an older system."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class ImportedChild(BaseModel):
    """A child as `GET /casework/v1/imported-cases/{id}` tells it."""

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
    """The family of an imported case."""

    family_id: UUID
    address: dict[str, Any]
    children: list[ImportedChild]
