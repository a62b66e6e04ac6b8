"""What callers of the link worker endpoints send and get."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.referrals import examples
from shared.fields import Email, Line, Name, Phone, Subject
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


class LinkWorkerDetails(RequestBody):
    """A link worker, and the schools and practices that they are there for."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.LINK_WORKER]})

    name: Name
    area: Area
    organisations: list[Line] = Field(default_factory=list, max_length=200)
    email: Email | None = None
    phone: Phone | None = None
    subject: Subject | None = None
    """The `sub` in their token, where they sign in."""


class LinkWorkersQuery(PageQuery):
    """Which link workers."""

    organisation: Annotated[str, Field(max_length=200)] | None = None
    """The name of a school or practice; case, accents, apostrophes, hyphens and spacing do not matter."""
    area: Area | None = None


class LinkWorkerShown(BaseModel):
    """A link worker and how to reach them."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    area: Area
    organisations: list[str]
    email: str | None
    phone: str | None
