"""What callers of the action endpoints send and get."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.casework.cases.cases.schemas import ChildNamed
from services.casework.record.case_actions.models import CaseAction
from services.casework.record.case_actions.rules import Status
from services.casework.record.contacts.schemas import MadeBy
from services.casework.record.timescales.schemas import DueQuery
from shared.days import Day, PastDay
from shared.fields import Reason, Text
from shared.web import RequestBody


class NewAction(RequestBody):
    """What somebody is to do by a day: a worker of the area teams, or `owner`, a partner or somebody of the family."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "what": "Ask the school for Ella's attendance since January, and who meets her at the gate.",
                    "due_on": "2026-03-20",
                    "owner_worker_id": "c1a7e9d2-6b34-4f0a-9d18-2e5b8c4f7a60",
                    "child_id": "5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10",
                    "contact_id": "9b2e6f10-47ad-4d3c-b8e1-6a0f5c2d9e31",
                },
            ]
        }
    )

    what: Text
    due_on: Day
    """The last day on which it is in time."""
    agreed_on: PastDay | None = None
    """The day of the contact, or else today, where it is not given."""
    owner_worker_id: UUID | None = None
    owner: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(None, validate_default=True)
    child_id: UUID | None = None
    contact_id: UUID | None = None
    """The contact of this case at which it was agreed."""

    @field_validator("owner")
    @classmethod
    def _one_owner(cls, owner: str | None, info: ValidationInfo) -> str | None:
        if "owner_worker_id" in info.data and (owner is None) == (info.data["owner_worker_id"] is None):
            raise PydanticCustomError("one_owner", "An action has one owner: a worker by id, or somebody else by name")
        return owner


class ActionCompletion(RequestBody):
    """That it was done; a reason where that was after the due day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "done_on": "2026-03-11",
                    "text": "The school sent the register: four days missed since January, all Mondays.",
                },
            ]
        }
    )

    done_on: PastDay | None = None
    text: Text | None = None
    reason_late: Reason | None = None


class ActionCancellation(RequestBody):
    """That it need not be done any more."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reason": "The family moved nearer to the school, so no taxi is needed.",
                },
            ]
        }
    )

    reason: Reason


class ActionMove(RequestBody):
    """The day by which it is to be done instead, today or later, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "due_on": "2026-03-27",
                    "reason": "The school is closed for a week.",
                },
            ]
        }
    )

    due_on: Day
    reason: Reason


class ActionsQuery(DueQuery):
    """Which actions; `worker` is the family's key worker, `owner` the worker who is to do it."""

    owner: UUID | None = None


class ActionMoved(BaseModel):
    """An action was given another day, or taken up again."""

    model_config = ConfigDict(from_attributes=True)

    due_before: date
    due_on: date
    reason: str
    moved_by: str
    moved_at: datetime


class ActionShown(BaseModel):
    """What somebody is to do, or was; `lapsed` is one whose case was closed before it was done."""

    id: UUID
    version: int
    case_id: UUID
    child_id: UUID | None
    contact_id: UUID | None
    what: str
    owner_worker: MadeBy | None
    owner: str | None
    agreed_on: date
    agreed_by: str
    due_on: date
    status: Status
    done_on: date | None
    done_by: str | None
    text: str | None
    """What was written down when it was done."""
    reason_late: str | None
    ended_on: date | None
    """When it was cancelled, or lapsed."""
    cancellation_reason: str | None
    moves: list[ActionMoved]
    """To which other days it was moved, the first first."""

    @classmethod
    def of(cls, action: CaseAction, surviving_ids: Mapping[UUID, UUID]) -> Self:
        kept, worker = action.timescale, action.owner_worker
        same = ("id", "version", "case_id", "contact_id", "what", "owner", "agreed_by", "status", "done_by", "text")
        return cls(
            **{name: getattr(action, name) for name in (*same, "cancellation_reason")},
            child_id=surviving_ids.get(action.child_id, action.child_id) if action.child_id else None,
            owner_worker=worker and MadeBy.model_validate(worker),
            agreed_on=kept.started_on,
            due_on=kept.due_on,
            done_on=kept.met_on,
            reason_late=kept.reason_late,
            ended_on=None if kept.met_on else kept.ended_on,
            moves=[ActionMoved.model_validate(each) for each in action.moves],
        )


class ActionListed(ActionShown):
    """An action in a list, with the names that belong to it."""

    agreed_by_name: str | None
    """Of the worker who is joined to the subject, where there is one."""
    done_by_name: str | None
    children: list[ChildNamed]
    """The child, or all of the case where the whole family is meant; none for an owner who may not see the case."""

    @classmethod
    def listed(cls, shown: ActionShown, named: Sequence[ChildNamed], names: Mapping[str | None, str]) -> Self:
        return cls(
            **shown.model_dump(),
            agreed_by_name=names.get(shown.agreed_by),
            done_by_name=names.get(shown.done_by),
            children=[child for child in named if shown.child_id in (None, child.child_id)],
        )
