"""What callers of the Thriving Families endpoints send and get."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from services.casework import codes
from services.casework.fields import KeysOf, VersionName
from services.casework.outcomes.outcome_claims.schemas import ClaimObstacleShown, ClaimShown
from services.casework.outcomes.stars.schemas import MovementShown
from shared.codes import CodeOf
from shared.days import Day, PastDay
from shared.fields import Text
from shared.web import RequestBody


def _different(needs: list[str]) -> list[str]:
    if len(set(needs)) < len(needs):
        raise PydanticCustomError("twice", "Each need is given once")
    return needs


Need = Annotated[str, Field(max_length=40), CodeOf("needs", codes.NEEDS)]


class NewAssessment(RequestBody):
    """What a family needs, and what is known of each need."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "2022",
                    "needs": ["school_attendance", "housing", "domestic_abuse"],
                    "evidence": {
                        "school_attendance": "71 % in the autumn term, by the register",
                        "housing": "Damp in both bedrooms, by the landlord's survey",
                    },
                    "assessed_on": "2026-01-12",
                }
            ]
        }
    )

    version: VersionName | None = None
    """Of the criteria; by default the one in force on the day."""
    needs: Annotated[list[Need], Field(min_length=1, max_length=len(codes.NEEDS)), AfterValidator(_different)]
    evidence: Annotated[dict[str, Text], KeysOf("needs", codes.NEEDS)] = {}
    """For a need, what it is seen by."""
    assessed_on: PastDay | None = None


class CriterionShown(BaseModel):
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
    met: list[CriterionShown]
    not_met: list[CriterionShown]
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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "agreed_on": "2026-01-19",
                    "goals": [
                        {
                            "need": "school_attendance",
                            "outcome": "Barnabas is at school every day",
                            "measure": "The register: 95 % over a term",
                            "by_on": "2026-07-17",
                        },
                        {
                            "need": "housing",
                            "outcome": "The flat is dry",
                            "measure": "The landlord's survey",
                            "by_on": "2026-05-29",
                        },
                        {
                            "need": "domestic_abuse",
                            "outcome": "Mother and children are safe",
                            "measure": "No incident, by the police and the mother",
                            "by_on": "2026-07-17",
                        },
                    ],
                    "wishes_of_child": "To see my friends",
                    "wishes_of_family": "A dry kitchen and some quiet",
                }
            ]
        }
    )

    agreed_on: PastDay | None = None
    goals: Annotated[list[Goal], Field(min_length=1, max_length=len(codes.NEEDS))]
    wishes_of_child: Text
    wishes_of_family: Text


class NewPlanReview(RequestBody):
    """A review of the outcome plan; `reason_late` where it was due earlier."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "held_on": "2026-03-09",
                    "wishes_of_child": "To stay at this school",
                    "wishes_of_family": "A bigger kitchen",
                    "notes": "He has been at school every day since half-term; the landlord starts next week.",
                }
            ]
        }
    )

    held_on: PastDay | None = None
    wishes_of_child: Text
    wishes_of_family: Text
    notes: Text
    reason_late: Text | None = None


class PlanReviewShown(BaseModel):
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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "need": "school_attendance",
                    "improved": True,
                    "evidence": "The register of the spring term",
                    "seen_on": "2026-03-20",
                }
            ]
        }
    )

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
    reviews: list[PlanReviewShown]
    """Newest first."""
    next_review_due_on: date


class FamilyShown(BaseModel):
    """Everything about a family's part in Thriving Families."""

    family_id: UUID
    assessments: list[AssessmentShown]
    """Newest first: the first one holds."""
    plan: OutcomePlanShown | None
    stars: list[MovementShown]
    claim: ClaimShown | None
    obstacle: ClaimObstacleShown | None
    """None where the outcome can be claimed today."""
