"""What callers of the transfer endpoints send and get."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from services.casework.allocation.allocations.rules import Assignment
from services.casework.allocation.transfers.models import Transfer
from services.casework.allocation.transfers.rules import Status
from services.casework.workforce.workers.schemas import Number
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.fields import Reason
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


class NewTransfer(RequestBody):
    """A family offered to another key worker; at once where the caller allocates for both."""

    worker_id: UUID
    reason: Reason
    area: Area | None = None
    at_once: bool = False
    starts_on: Day | None = None
    override_reason: Reason | None = None

    @model_validator(mode="after")
    def _answers_only_at_once(self) -> Self:
        if not self.at_once and (self.starts_on or self.override_reason):
            raise PydanticCustomError(
                "only_at_once", "Send starts_on and override_reason only with at_once: else who accepts sends them"
            )
        return self


class TransferAcceptance(RequestBody):
    """From when on the new worker is key worker."""

    starts_on: Day | None = None
    override_reason: Reason | None = None


class TransferRefusal(RequestBody):
    """Why it is rejected or revoked."""

    reason: Reason


class TransfersQuery(PageQuery):
    """Which transfers."""

    case: UUID | None = None
    worker: UUID | None = None
    status: Status | None = None


class WorkerOfSide(BaseModel):
    """The worker who gives or receives."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: str
    area: Area
    team: str | None


class TransferListed(BaseModel):
    """A transfer in a list: without what people wrote."""

    id: UUID
    case_id: UUID
    status: Status
    from_worker: WorkerOfSide
    to_worker: WorkerOfSide
    area: Area | None
    """Where the family lives once it is accepted."""
    pathway: Pathway | None
    """Of the case; shown, with the number of children, while the offer waits for its answer."""
    children: int | None
    offered_by: str
    offered_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    transferred_on: date | None

    @classmethod
    def of(cls, transfer: Transfer) -> Self:
        """What is shown of the case is taken from it, and only while the offer waits."""
        waits = transfer.status == "offered"
        of_case = {"pathway": transfer.case.pathway, "children": transfer.case.child_count}
        own = {name: getattr(transfer, name) for name in cls.model_fields.keys() - of_case.keys()}
        return cls.model_validate(own | {name: value if waits else None for name, value in of_case.items()})


class TransferShown(TransferListed):
    """A transfer with the reasons."""

    reason: str
    answer_reason: str | None
    """Why it was rejected or revoked."""


class CaseloadTransfer(RequestBody):
    """All families of a worker to others: first as a preview, then with the `plan` that the preview gave."""

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
