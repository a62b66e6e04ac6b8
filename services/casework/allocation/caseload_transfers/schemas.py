"""What callers of the caseload transfer endpoint send and get."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.casework.allocation.caseload_transfers.rules import Assignment
from services.casework.workforce.workers.schemas import Number
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.fields import Reason
from shared.web import RequestBody


class CaseloadTransfer(RequestBody):
    """All families of a worker to others: first as a preview, then with the `plan` that the preview gave."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reason": "The worker moves to another county at Easter.",
                    "starts_on": "2026-03-12",
                    "preview": True,
                },
            ]
        }
    )

    reason: Reason
    starts_on: Day | None = None
    to: Annotated[list[UUID], Field(min_length=1, max_length=50)] | None = None
    override_reason: Reason | None = None
    preview: bool = False
    plan: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _preview_or_plan(self) -> Self:
        if self.preview == (self.plan is not None):
            raise PydanticCustomError(
                "preview_or_plan", "Send preview as true to see the plan, or the plan of a preview to carry it out"
            )
        return self


class PlannedFamily(BaseModel):
    """A family and the worker to whom it goes, with the reasons; without `worker_id` nobody can take it."""

    case_id: UUID
    pathway: Pathway
    children: int
    worker_id: UUID | None
    name: str | None
    would_hold: int | None
    """Children that the worker holds once this family and those before it in the list have come."""
    ceiling: Number | None
    over_ceiling: bool
    reasons: list[str]
    """Of the worker, or, where there is none, of the one who comes nearest."""

    @classmethod
    def of(cls, each: Assignment) -> Self:
        best = each.best
        placed = best if each.placed else None
        return cls.model_validate(
            {
                "case_id": each.case_id,
                "pathway": each.family.pathway,
                "children": each.family.children,
                "worker_id": placed and placed.candidate.worker_id,
                "name": placed and placed.candidate.name,
                "would_hold": placed and placed.would_hold,
                "ceiling": placed and placed.candidate.ceiling,
                "over_ceiling": placed is not None and not placed.fits,
                "reasons": list(best.reasons) if best else ["There is nobody to take it"],
            }
        )


class CaseloadPlan(BaseModel):
    """Who would get, or has got, which family of a worker."""

    worker_id: UUID
    starts_on: date
    plan: str
    """What to send to carry out this very plan."""
    done: bool
    complete: bool
    """Whether every family has a worker: else it cannot be carried out."""
    items: list[PlannedFamily]

    @classmethod
    def of(cls, worker_id: UUID, starts_on: date, plan: str, assigned: Sequence[Assignment], *, done: bool) -> Self:
        return cls(
            worker_id=worker_id,
            starts_on=starts_on,
            plan=plan,
            done=done,
            complete=all(each.placed for each in assigned),
            items=[PlannedFamily.of(each) for each in assigned],
        )
