"""What callers of the core groups endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.protection.core_groups.models import CoreGroup
from services.casework.protection.strategy_discussions.schemas import Participants, ParticipantShown
from services.casework.record.contacts.schemas import MOST_CHILDREN
from shared.days import PastDay
from shared.fields import Reason, Text
from shared.web import RequestBody


class NewCoreGroup(RequestBody):
    """A meeting of the core group about some children of a case (left out: every child whose plan was in force)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "held_on": "2026-04-13",
                    "children": ["5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10"],
                    "quorate": True,
                    "present": [
                        {"name": "Rosalind Achebe", "agency": "social_care"},
                        {"name": "Tom Okafor", "agency": "education"},
                    ],
                    "notes": "The plan was gone through: the grandmother comes at bedtime.",
                }
            ]
        }
    )

    held_on: PastDay | None = None
    children: list[UUID] = Field(default_factory=list, max_length=MOST_CHILDREN)
    quorate: bool
    present: Participants
    notes: Text | None = None
    reason_late: Reason | None = None


class CoreGroupShown(BaseModel):
    """A core group that met, and when the next one is due."""

    id: UUID
    case_id: UUID
    held_on: date
    children: list[UUID]
    quorate: bool
    present: list[ParticipantShown]
    notes: str | None
    reason_late: str | None
    next_due_on: date | None
    """The first of its children's; null where none of their plans is in force."""

    @classmethod
    def of(cls, row: CoreGroup, surviving_ids: Mapping[UUID, UUID], due: Mapping[UUID, date]) -> Self:
        own = ("id", "case_id", "held_on", "quorate", "present", "notes", "reason_late")
        return cls(
            **{name: getattr(row, name) for name in own},
            children=list(dict.fromkeys(surviving_ids[child.child_id] for child in row.children)),
            next_due_on=min((due[each.plan_id] for each in row.children if each.plan_id in due), default=None),
        )
