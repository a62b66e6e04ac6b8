"""What callers of the teams endpoint get."""

from pydantic import BaseModel, ConfigDict

from services.casework.workforce.workers.schemas import Number
from shared.places import Area


class AreaTeam(BaseModel):
    """The people in post of one team; `team` is null for those of an area who are in none."""

    model_config = ConfigDict(from_attributes=True)

    area: Area
    team: str | None
    people: int
    key_workers: int
    fte: Number
    """Of all; `key_worker_fte` of the key workers alone."""
    key_worker_fte: Number


class Teams(BaseModel):
    """The teams of the three areas."""

    items: list[AreaTeam]
