"""What callers of the enquiries endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.protection.enquiries.models import Enquiry
from services.casework.protection.enquiries.rules import EnquiryStatus, Kind, Outcome
from services.casework.record.contacts.schemas import MOST_CHILDREN
from shared.days import PastDay
from shared.fields import Reason
from shared.web import RequestBody


class NewEnquiry(RequestBody):
    """A section 47 enquiry that a strategy discussion began, about some of its children or about all of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "strategy_discussion_id": "0b5b6a3e-2f61-4a1c-9d1f-6a8f3d1c7e55",
                    "children": ["5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10"],
                    "started_on": "2026-03-10",
                    "kind": "joint",
                }
            ]
        }
    )

    strategy_discussion_id: UUID
    children: list[UUID] = Field(default_factory=list, max_length=MOST_CHILDREN)
    started_on: PastDay | None = None
    kind: Kind
    """Social care alone, or together with the police."""


class EnquiryCompletion(RequestBody):
    """What an enquiry found for all its children; the conference that it asks for ends it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "completed_on": "2026-03-20",
                    "outcome": "conference",
                    "reason": "The harm is substantiated and likely to go on",
                }
            ]
        }
    )

    completed_on: PastDay | None = None
    outcome: Outcome
    reason: Reason


class EnquiryShown(BaseModel):
    """A section 47 enquiry and how it stands."""

    id: UUID
    case_id: UUID
    strategy_discussion_id: UUID | None
    children: list[UUID]
    kind: Kind
    started_on: date
    conference_due_on: date
    status: EnquiryStatus
    completed_on: date | None
    outcome: Outcome | None
    reason: str | None

    @classmethod
    def of(cls, row: Enquiry, surviving_ids: Mapping[UUID, UUID]) -> Self:
        children = dict.fromkeys(surviving_ids[child.child_id] for child in row.children)
        own = {name: getattr(row, name) for name in cls.model_fields if name != "children"}
        return cls(**own, children=list(children))
