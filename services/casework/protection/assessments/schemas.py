"""What callers of the assessments endpoints send and get."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.census_codes import ASSESSMENT_FACTORS
from services.casework.codes import ASSESSMENT_OUTCOMES
from services.casework.early_help.common_assessments.schemas import Wishes
from services.casework.fields import Shown
from services.casework.protection.assessments.models import StatutoryAssessment
from services.casework.protection.assessments.rules import REPLACED, Status
from services.casework.record.contacts.schemas import MOST_CHILDREN
from shared.codes import CodeOf
from shared.days import PastDay
from shared.fields import Reason, Text
from shared.web import RequestBody

Factor = Annotated[str, CodeOf("assessment_factors", {**ASSESSMENT_FACTORS, **REPLACED})]
AssessmentOutcome = Annotated[str, CodeOf("assessment_outcomes", ASSESSMENT_OUTCOMES)]


class NewAssessmentOfNeed(RequestBody):
    """Whom the assessment is about (left out: every child of the case), and the day on which it was started."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"children": ["5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10"], "started_on": "2026-03-10"}]
        }
    )

    children: list[UUID] = Field(default_factory=list, max_length=MOST_CHILDREN)
    started_on: PastDay | None = None


class AssessmentCompletion(RequestBody):
    """What the assessment found and concludes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "completed_on": "2026-04-21",
                    "factors": ["3B", "16A"],
                    "outcome": "child_in_need_plan",
                    "analysis": "Ella is often alone in the evening since her father moved in again.",
                    "wishes": {
                        "child": "I want Mum to be there when I go to bed",
                        "family": "Somebody who comes in the evening",
                    },
                }
            ]
        }
    )

    completed_on: PastDay | None = None
    factors: list[Factor] = Field(max_length=len(ASSESSMENT_FACTORS))
    """Codes of the census; 21, no factors identified, stands alone."""
    outcome: AssessmentOutcome
    analysis: Text
    wishes: Wishes
    reason_late: Reason | None = None
    """Needed after the due day."""


class AssessmentAnswer(RequestBody):
    """Whether the second person agrees with the conclusion; where not, the assessment is open again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"agreed": True, "reason": "The analysis holds"}]})

    agreed: bool
    reason: Reason | None = None
    """Needed where it is not agreed."""


class AssessmentReopening(RequestBody):
    """Why an assessment is opened again; its conclusion stays on record."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The father has come forward"}]})

    reason: Reason


class AssessmentSession(BaseModel):
    """A visit for the assessment, and which of its children were seen."""

    contact_id: UUID
    happened_on: date
    seen: list[UUID]
    seen_alone: list[UUID]


class ConclusionShown(Shown):
    """What an assessment concluded at one time, and what became of it."""

    number: int
    completed_on: date
    factors: list[str]
    outcome: str
    analysis: str
    wishes_of_child: str
    wishes_of_family: str
    reason_late: str | None
    completed_by: str
    agreed: bool | None
    """Null while the second person has not answered."""
    answer_reason: str | None
    answered_by: str | None
    answered_at: datetime | None
    reopened_reason: str | None
    reopened_by: str | None
    reopened_at: datetime | None


class AssessmentOfNeedShown(BaseModel):
    """An assessment under s17 and how it stands."""

    id: UUID
    case_id: UUID
    children: list[UUID]
    started_on: date
    counts_from: date
    """The day from which its 45 working days run."""
    due_on: date
    status: Status
    completed_on: date | None
    outcome: str | None
    """Of the conclusion that holds; null while the assessment is open."""

    @classmethod
    def of(cls, row: StatutoryAssessment, surviving_ids: Mapping[UUID, UUID]) -> Self:
        own = ("id", "case_id", "started_on", "counts_from", "due_on", "status", "completed_on")
        return cls(
            **{name: getattr(row, name) for name in own},
            children=list(dict.fromkeys(surviving_ids[child.child_id] for child in row.children)),
            outcome=row.last.outcome if row.last and row.completed_on else None,
        )


class AssessmentOfNeedWhole(AssessmentOfNeedShown):
    """The same with each conclusion, the first one first, and the visits that were made for it."""

    conclusions: list[ConclusionShown] = Field(default_factory=list)
    sessions: list[AssessmentSession] = Field(default_factory=list)
