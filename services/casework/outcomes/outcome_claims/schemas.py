"""What callers of the endpoints of outcome claims send and get."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.cases.cases.schemas import ChildNamed
from services.casework.fields import VersionName
from shared.days import Day, PastDay
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


class NewClaim(RequestBody):
    """The claim for the outcome, by the version that the family was assessed by."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": "2022", "claimed_on": "2026-10-30"}]})

    version: VersionName | None = None
    claimed_on: PastDay | None = None


class ClaimShown(BaseModel):
    """A claim; `claimable_from` is the first day on which it could be made."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    family_id: UUID
    case_id: UUID
    area: Area | None
    version: VersionName = Field(validation_alias="criteria_version")
    needs: list[str]
    claimed_on: date
    claimable_from: date


class ClaimListed(ClaimShown):
    """A claim in a list, with the children of the family as far as the caller may see them."""

    children: list[ChildNamed] = Field(default_factory=list)


class ClaimsQuery(PageQuery):
    """Claims of an area, made from a day to a day, both included."""

    model_config = ConfigDict(populate_by_name=True)

    area: Area | None = None
    version: VersionName | None = None
    from_on: Day | None = Field(None, alias="from")
    to_on: Day | None = Field(None, alias="to")


class ClaimsSummary(BaseModel):
    """Over everything asked for, not over the page."""

    claims: int


class Claims(BaseModel):
    """Claims, oldest first, and how many there are in all."""

    summary: ClaimsSummary
    items: list[ClaimListed]
    next: str | None


class ClaimObstacleShown(BaseModel):
    """What stands against a claim today; `code` is that of the problem that a claim would get."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    needs: list[str]
    from_on: date | None
