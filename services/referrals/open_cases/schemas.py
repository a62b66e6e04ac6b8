"""What is shown of a family's open case, and how casework responds."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel

from services.referrals.open_cases.models import OpenCase
from shared.contracts.casework import Pathway
from shared.places import Area


class WorkerResponse(BaseModel):
    """Who holds a case, in the response of `GET /casework/v1/cases/{id}/standing`."""

    id: UUID
    name: str
    version: int


class StandingResponse(BaseModel):
    """The response of `GET /casework/v1/cases/{id}/standing`."""

    case_id: UUID
    version: int
    family_id: UUID
    child_ids: list[UUID]
    pathway: Pathway
    area: Area | None
    is_open: bool
    since: date
    key_worker: WorkerResponse | None


class KeyWorkerNamed(BaseModel):
    """Who works with the family."""

    id: UUID
    name: str


class OpenCaseShown(BaseModel):
    """An open case of a child of the referral, or of its family: speak to its key worker."""

    case_id: UUID
    child_ids: list[UUID]
    """The children in the case, each under the id that it answers to since records were merged. A referred child who is
    not among them is not in the case: its family is open, with others of its children."""
    pathway: Pathway
    area: Area | None
    key_worker: KeyWorkerNamed | None
    """Null while the family waits for one, and on early help without one."""
    since: date

    @classmethod
    def of(cls, row: OpenCase, child_ids: list[UUID]) -> Self:
        worker = None
        if row.key_worker_id and row.key_worker_name:
            worker = KeyWorkerNamed(id=row.key_worker_id, name=row.key_worker_name)
        return cls(
            case_id=row.case_id,
            child_ids=child_ids,
            pathway=row.pathway,
            area=row.area,
            key_worker=worker,
            since=row.since,
        )
