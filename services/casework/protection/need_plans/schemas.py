"""What callers of the child in need plans endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.early_help.common_assessments.schemas import Wishes
from services.casework.protection.need_plans.models import NeedPlan, NeedReview
from services.casework.record.contacts.schemas import MOST_CHILDREN
from shared.days import PastDay
from shared.fields import Line, Reason, Text
from shared.web import RequestBody

Children = Annotated[list[UUID], Field(max_length=MOST_CHILDREN)]


class NewNeedPlan(RequestBody):
    """A child in need plan of some children of a case, or of all."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "children": ["5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10"],
                    "started_on": "2026-04-22",
                    "goals": ["Ella is at school every day", "Somebody is with her in the evening"],
                }
            ]
        }
    )

    children: Children = Field(default_factory=list)
    started_on: PastDay | None = None
    goals: Annotated[list[Line], Field(min_length=1, max_length=40)]


class NeedPlanEnding(RequestBody):
    """Why a plan ends, for some of its children or for all that it is in force for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ended_on": "2026-09-01", "reason": "What was agreed has been reached"}]}
    )

    ended_on: PastDay | None = None
    reason: Reason
    children: Children = Field(default_factory=list)


class NewReview(RequestBody):
    """A review of the child in need plans of some children, or of the family's outcome plan of Thriving Families."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "child_in_need",
                    "held_on": "2026-05-19",
                    "children": ["5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10"],
                    "outcome": "continue",
                    "notes": "School is better; the evenings are not yet.",
                }
            ]
        }
    )

    kind: Literal["child_in_need", "thriving_families"]
    held_on: PastDay | None = None
    children: Children = Field(default_factory=list)
    """Of child in need; left out, every child of the case whose plan is in force."""
    outcome: Literal["continue", "end"]
    """Of Thriving Families `continue`: its plan ends with the case or another pathway."""
    notes: Text
    wishes: Wishes | None = None
    """Needed of Thriving Families."""
    reason_late: Reason | None = None


class ChildOfPlan(BaseModel):
    """For one child, how the plan stands."""

    child_id: UUID
    ended_on: date | None
    end_reason: str | None
    next_review_due_on: date | None


class NeedPlanShown(BaseModel):
    """A child in need plan, for each child of it."""

    id: UUID
    case_id: UUID
    started_on: date
    goals: list[str]
    children: list[ChildOfPlan]

    @classmethod
    def of(cls, row: NeedPlan, surviving_ids: Mapping[UUID, UUID], due: Mapping[UUID, date]) -> Self:
        children = [
            ChildOfPlan(
                child_id=surviving_ids[child.child_id],
                ended_on=child.ended_on,
                end_reason=child.end_reason,
                next_review_due_on=due.get(child.id),
            )
            for child in row.children
        ]
        return cls(id=row.id, case_id=row.case_id, started_on=row.started_on, goals=row.goals, children=children)


class ReviewShown(BaseModel):
    """A review that was held, and when the next one is due; null where the plan ended with it."""

    id: UUID
    kind: Literal["child_in_need", "thriving_families"]
    held_on: date
    children: list[UUID]
    outcome: Literal["continue", "end"]
    notes: str
    next_review_due_on: date | None

    @classmethod
    def of_need(cls, row: NeedReview, surviving_ids: Mapping[UUID, UUID], next_due_on: date | None) -> Self:
        own = {name: getattr(row, name) for name in ("id", "held_on", "outcome", "notes")}
        children = list(dict.fromkeys(surviving_ids[child.child_id] for child in row.children))
        return cls(**own, kind="child_in_need", children=children, next_review_due_on=next_due_on)
