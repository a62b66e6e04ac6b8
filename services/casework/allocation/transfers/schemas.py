"""What callers of the transfer endpoints send and get."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from services.casework.allocation.transfers.models import Transfer
from services.casework.allocation.transfers.rules import Status
from services.casework.cases.cases.schemas import ChildNamed
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.fields import Reason
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


class NewTransfer(RequestBody):
    """A family offered to another key worker; at once where the caller allocates for both."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "worker_id": "c1a7e9d2-6b34-4f0a-9d18-2e5b8c4f7a60",
                    "area": "north",
                    "reason": "The family moved to Banbury on Monday.",
                },
                {
                    "worker_id": "c1a7e9d2-6b34-4f0a-9d18-2e5b8c4f7a60",
                    "at_once": True,
                    "starts_on": "2026-03-09",
                    "reason": "The key worker goes on sick leave; the family knows the new one from the group.",
                },
            ]
        }
    )

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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "starts_on": "2026-03-12",
                },
            ]
        }
    )

    starts_on: Day | None = None
    override_reason: Reason | None = None


class TransferRefusal(RequestBody):
    """Why it is rejected or revoked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reason": "Two families come to this worker this week already.",
                },
            ]
        }
    )

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
    children_named: list[ChildNamed]
    """Those of the case by name, for who may see the case; the receiving side may not, until it has accepted."""
    offered_by: str
    offered_by_name: str | None
    """Of the worker who is joined to the subject, where there is one."""
    offered_at: datetime
    answered_by: str | None
    answered_by_name: str | None
    answered_at: datetime | None
    transferred_on: date | None

    @classmethod
    def of(cls, transfer: Transfer, named: Sequence[ChildNamed], names: Mapping[str | None, str]) -> Self:
        """What is shown of the case is taken from it, and only while the offer waits; names by what one may see."""
        waits = transfer.status == "offered"
        of_case = {"pathway": transfer.case.pathway, "children": transfer.case.child_count}
        people: dict[str, Any] = {
            "children_named": named,
            "offered_by_name": names.get(transfer.offered_by),
            "answered_by_name": names.get(transfer.answered_by),
        }
        own = {name: getattr(transfer, name) for name in cls.model_fields.keys() - of_case.keys() - people.keys()}
        return cls.model_validate(own | people | {name: value if waits else None for name, value in of_case.items()})


class TransferShown(TransferListed):
    """A transfer with the reasons."""

    reason: str
    answer_reason: str | None
    """Why it was rejected or revoked."""
