"""What callers of the conferences endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.fields import Shown
from services.casework.protection.conferences.models import Conference
from services.casework.protection.conferences.rules import ConferenceKind, Decision
from services.casework.protection.protection_plans.rules import Category
from services.casework.protection.protection_plans.schemas import MOST_PREVIOUS
from services.casework.protection.strategy_discussions.schemas import Participants, ParticipantShown
from services.casework.record.contacts.schemas import MOST_CHILDREN
from shared.days import PastDay
from shared.fields import Name, Reason, Subject, Text
from shared.web import RequestBody


class Chair(RequestBody):
    """Who chaired it: independent of whoever manages or holds the case."""

    name: Name
    subject: Subject | None = None


class ChildDecision(RequestBody):
    """What the conference decided for one child."""

    child_id: UUID
    decision: Decision
    category: Category | None = None
    """Needed where a plan begins; of a plan that goes on, the new one, where the conference changed it."""
    reason: Reason | None = None
    """Needed where there is no plan, or it ends."""
    views_of_child: Text | None = None
    previous_plans: Annotated[int, Field(ge=0, le=MOST_PREVIOUS)] = 0
    """Of a plan that begins: those that the child had elsewhere; those here are counted."""


class NewConference(RequestBody):
    """A child protection conference and what it decided for each child."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "initial",
                    "section_47_enquiry_id": "77b1c9b8-8d10-4c1e-9a0e-0c5b6a1d2f33",
                    "held_on": "2026-03-30",
                    "chair": {"name": "Imogen Tarrant", "subject": "imogen.tarrant"},
                    "present": [
                        {"name": "Rosalind Achebe", "agency": "social_care"},
                        {"name": "Dr Mina Farouk", "agency": "health"},
                        {"name": "Joan Quillfeather", "agency": "other"},
                    ],
                    "quorate": True,
                    "children": [
                        {
                            "child_id": "5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10",
                            "decision": "plan",
                            "category": "NEG",
                            "reason": "Ella is left alone at night, and this is likely to go on",
                        }
                    ],
                }
            ]
        }
    )

    kind: ConferenceKind
    section_47_enquiry_id: UUID | None = None
    """Of an initial one, and only of that."""
    held_on: PastDay | None = None
    chair: Chair
    present: Participants
    quorate: bool
    inquorate_reason: Reason | None = None
    """Why it was held although not enough were there."""
    reports_shared_on: PastDay | None = None
    """When the family was given the reports: before the conference."""
    views_of_parents: Text | None = None
    dissent: Text | None = None
    """Who did not agree, and why."""
    reason_late: Reason | None = None
    children: Annotated[list[ChildDecision], Field(min_length=1, max_length=MOST_CHILDREN)]


class ChildDecisionShown(Shown):
    """What a conference decided for one child, and the plan that it began, went on with or ended."""

    child_id: UUID
    decision: Decision
    category: Category | None
    reason: str | None
    views_of_child: str | None
    plan_id: UUID | None


class ChairShown(BaseModel):
    """Who chaired a conference."""

    name: str
    subject: str | None


class ConferenceShown(BaseModel):
    """A child protection conference."""

    id: UUID
    case_id: UUID
    kind: ConferenceKind
    section_47_enquiry_id: UUID | None
    held_on: date
    chair: ChairShown
    present: list[ParticipantShown]
    quorate: bool
    inquorate_reason: str | None
    reports_shared_on: date | None
    views_of_parents: str | None
    dissent: str | None
    reason_late: str | None
    children: list[ChildDecisionShown]
    next_conference_due_on: date | None
    """The first day on which a review of one of these plans falls due; null where none is in force."""

    @classmethod
    def of(cls, row: Conference, surviving_ids: Mapping[UUID, UUID], due: Mapping[UUID, date]) -> Self:
        own = ("id", "case_id", "kind", "held_on", "present", "quorate", "inquorate_reason", "reports_shared_on")
        children = [
            ChildDecisionShown.model_validate(child).model_copy(update={"child_id": surviving_ids[child.child_id]})
            for child in row.children
        ]
        days = [due[child.plan_id] for child in row.children if child.plan_id and child.plan_id in due]
        return cls(
            **{name: getattr(row, name) for name in (*own, "views_of_parents", "dissent", "reason_late")},
            section_47_enquiry_id=row.enquiry_id,
            chair=ChairShown(name=row.chair_name, subject=row.chair_subject),
            children=children,
            next_conference_due_on=min(days, default=None),
        )
