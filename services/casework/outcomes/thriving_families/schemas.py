"""What callers of the Thriving Families endpoints send and get."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.casework import codes
from services.casework.fields import KeysOf, PastDay
from services.casework.outcomes.stars.schemas import MovementShown
from shared.codes import CodeOf
from shared.days import Day
from shared.fields import Text
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


def _as_text(version: Any) -> Any:
    return str(version) if isinstance(version, int) else version


def _different(needs: list[str]) -> list[str]:
    if len(set(needs)) < len(needs):
        raise PydanticCustomError("twice", "Each need is given once")
    return needs


VersionName = Annotated[Literal["2012", "2015", "2022"], BeforeValidator(_as_text)]

Need = Annotated[str, Field(max_length=40), CodeOf("needs", codes.NEEDS)]


class NewAssessment(RequestBody):
    """What a family needs, and what is known of each need."""

    version: VersionName | None = None
    """Of the criteria; by default the one in force on the day."""
    needs: Annotated[list[Need], Field(min_length=1, max_length=len(codes.NEEDS)), AfterValidator(_different)]
    evidence: Annotated[dict[str, Text], KeysOf("needs", codes.NEEDS)] = {}
    """For a need what it is seen by, in words."""
    assessed_on: PastDay | None = None


class CriterionTold(BaseModel):
    """A criterion, and why it is met or not."""

    criterion: str
    because: str


class AssessmentShown(BaseModel):
    """Whether a family is eligible by a version of the criteria, as it was found on that day, and why."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    family_id: UUID
    version: VersionName = Field(validation_alias="criteria_version")
    assessed_on: date
    needs: list[str]
    evidence: dict[str, str]
    eligible: bool
    met: list[CriterionTold]
    not_met: list[CriterionTold]
    not_counted: list[str]
    """Needs that this version has no criterion for."""
    because: str
    assessed_by: str
    recorded_at: datetime


class Goal(RequestBody):
    """What is to become better about one need, by when, and how it will be seen."""

    need: Need
    outcome: Text
    measure: Text
    by_on: Day


class OutcomePlanDetails(RequestBody):
    """An outcome plan: a goal for each need of the latest assessment, and what the child and the family wish."""

    agreed_on: PastDay | None = None
    goals: Annotated[list[Goal], Field(min_length=1, max_length=len(codes.NEEDS))]
    wishes_of_child: Text
    wishes_of_family: Text


class NewReview(RequestBody):
    """A review of the outcome plan; `reason_late` where it was due earlier."""

    held_on: PastDay | None = None
    wishes_of_child: Text
    wishes_of_family: Text
    notes: Text
    reason_late: Text | None = None


class ReviewShown(BaseModel):
    """A review, and by when the next one is due."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    held_on: date
    wishes_of_child: str
    wishes_of_family: str
    notes: str
    held_by: str
    next_due_on: date


class NewProgress(RequestBody):
    """Whether a need had improved on a day, and by what it is seen; `improved: false` ends an earlier improvement."""

    need: Need
    improved: bool
    evidence: Text
    seen_on: PastDay | None = None


class ProgressShown(BaseModel):
    """One look at a need."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    need: str
    seen_on: date
    improved: bool
    evidence: str
    recorded_by: str


class NeedShown(Goal):
    """A goal, and since when the need has been better without a break; null where it is not."""

    improved_since: date | None
    progress: list[ProgressShown]
    """Oldest first."""


class OutcomePlanShown(BaseModel):
    """A family's outcome plan with its reviews and how each need fares."""

    id: UUID
    family_id: UUID
    case_id: UUID
    assessment_id: UUID
    version: VersionName
    agreed_on: date
    wishes_of_child: str
    wishes_of_family: str
    agreed_by: str
    needs: list[NeedShown]
    reviews: list[ReviewShown]
    """Newest first."""
    next_review_due_on: date


class NewClaim(RequestBody):
    """The claim for the outcome, by the version that the family was assessed by."""

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
    items: list[ClaimShown]
    next: str | None


class ObstacleShown(BaseModel):
    """What stands against a claim today; `code` is that of the problem that a claim would get."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    needs: list[str]
    from_on: date | None


class FamilyShown(BaseModel):
    """Everything about a family's part in Thriving Families."""

    family_id: UUID
    assessments: list[AssessmentShown]
    """Newest first: the first one holds."""
    plan: OutcomePlanShown | None
    stars: list[MovementShown]
    claim: ClaimShown | None
    obstacle: ObstacleShown | None
    """None where the outcome can be claimed today."""
