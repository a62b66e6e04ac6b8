"""What callers of the centres endpoints send and get."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.fields import PLAIN_MARKS
from shared.places import Area

Postcode = Annotated[str, Field(min_length=1, max_length=12), PLAIN_MARKS]


class PublicRoom(BaseModel):
    """A room of a centre; a confidential one is for meetings with one family."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    capacity: int
    """People."""
    confidential: bool


class PublicCentre(BaseModel):
    """A Children and Family Centre."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    area: Area
    district: str
    """The ONS code of the district."""
    postcode: str
    """A postcode in the centre's town or neighbourhood; not the building's address."""
    easting: int
    """Metres on the British National Grid."""
    northing: int
    rooms: list[PublicRoom]


class CentreAtDistance(BaseModel):
    """A centre and how far it is, in metres as the crow flies."""

    centre: PublicCentre
    distance_metres: int


class NearestCentre(CentreAtDistance):
    """The nearest centre; `nearest` holds it and the next ones in order of distance."""

    nearest: list[CentreAtDistance]
