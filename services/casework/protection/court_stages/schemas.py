"""What callers of the court stages endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.codes import COURT_ORDERS
from services.casework.protection.court_stages.models import CourtStage
from services.casework.protection.court_stages.rules import Stage
from services.casework.record.contacts.schemas import MOST_CHILDREN
from shared.codes import CodeOf
from shared.days import PastDay
from shared.web import RequestBody


class NewCourtStage(RequestBody):
    """A stage of the way to court that some children of a case, or all, have reached."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "stage": "letter_before_proceedings",
                    "on": "2026-05-05",
                    "children": ["5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10"],
                }
            ]
        }
    )

    stage: Stage
    on: PastDay | None = None
    children: list[UUID] = Field(default_factory=list, max_length=MOST_CHILDREN)
    order: Annotated[str, CodeOf("court_orders", COURT_ORDERS)] | None = None
    """Needed of an order, and only of that."""


class CourtStageShown(BaseModel):
    """A stage that was reached, and what is due after it."""

    id: UUID
    case_id: UUID
    stage: Stage
    on: date
    children: list[UUID]
    order: str | None
    due_on: date | None
    """By when what began with it comes to its end; null where it has, or nothing began."""

    @classmethod
    def of(cls, row: CourtStage, surviving_ids: Mapping[UUID, UUID], due: Mapping[UUID, date]) -> Self:
        return cls(
            **{name: getattr(row, name) for name in ("id", "case_id", "stage", "on", "order")},
            children=list(dict.fromkeys(surviving_ids[child.child_id] for child in row.children)),
            due_on=min((due[child.id] for child in row.children if child.id in due), default=None),
        )
