"""What callers of the hand-over endpoints send and get."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.casework import codes
from services.casework.cases.cases.schemas import CaseChildShown
from services.casework.early_help.hand_overs.models import HandOver
from services.casework.early_help.hand_overs.rules import is_overdue
from shared import clock
from shared.codes import CodeOf
from shared.days import Day
from shared.fields import Name, Text
from shared.paging import PageQuery
from shared.web import RequestBody

Service = Annotated[str, Field(max_length=20), CodeOf("hand_over_services", codes.HAND_OVER_SERVICES)]

HandOverReason = Annotated[str, Field(max_length=30), CodeOf("hand_over_reasons", codes.HAND_OVER_REASONS)]


HandOverStatus = Literal["offered", "accepted", "refused", "revoked"]


class NewHandOver(RequestBody):
    """Children who are offered to a service, each answered alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "service": "leaving_care",
                    "child_ids": ["0c5d7a52-4e37-4d0c-8f5d-6f1f1b8a2c02"],
                    "reason": "leaves_care",
                    "text": "Perpetua turns 18 in May and wants to stay near her college.",
                    "offered_on": "2026-03-02",
                }
            ]
        }
    )

    service: Service
    child_ids: Annotated[list[UUID], Field(min_length=1, max_length=30)]
    reason: HandOverReason
    text: Text
    """What the other side must know to answer: it sees nothing else of the case."""
    offered_on: Day | None = None


class Answerer(RequestBody):
    """Who of the other service answers."""

    name: Name
    role: Name


class HandOverAnswer(RequestBody):
    """The answer of the other service; a refusal has a reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "accepted": True,
                    "answered_on": "2026-03-05",
                    "by": {"name": "Imelda Okafor", "role": "Team manager"},
                    "worker": "Jonas Whitlock",
                }
            ]
        }
    )

    accepted: bool
    answered_on: Day | None = None
    by: Answerer
    reason: Text | None = Field(None, validate_default=True)
    worker: Name | None = None
    """Who of the other service holds the child from now on, as far as that is known."""

    @field_validator("reason")
    @classmethod
    def _reason_of_refusal(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("accepted") is False and not reason:
            raise PydanticCustomError("reason_needed", "A refusal needs its reason")
        return reason


class HandOverRevocation(RequestBody):
    """The offer is taken back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "The family moves out of the county in April"}]}
    )

    reason: Text


class HandOverListed(BaseModel):
    """A hand-over in a list, with the child by name."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    case_id: UUID
    child_id: UUID
    given_name: str
    family_name: str
    service: str
    status: HandOverStatus
    reason: str
    offered_on: date
    answer_due_on: date
    overdue: bool
    answered_on: date | None

    @classmethod
    def listed(cls, row: HandOver, child_id: UUID) -> "HandOverListed":
        """`child_id` is the one that the child answers to now."""
        return HandOverListed(**_fields(HandOverListed, row, child_id))


class Remaining(BaseModel):
    """What remains with us after an answer: the case stays open with its key worker until it is closed by a call."""

    case_status: Literal["open", "closed"]
    children: int
    """Children of the case whom no other service has taken over."""


class HandOverShown(HandOverListed):
    """A hand-over with the child: what the other service sees is this, and nothing else of the case."""

    child: CaseChildShown
    text: str
    offered_by_name: str | None
    answered_by_name: str | None
    answered_by_role: str | None
    answer_reason: str | None
    named_worker: str | None
    recorded_for_them: bool
    """An answer that came by telephone or letter and that a manager of ours wrote down."""
    revoked_on: date | None
    revocation_reason: str | None
    remaining: Remaining | None
    """Not for the other service."""

    @classmethod
    def of(cls, row: HandOver, child_id: UUID, remaining: Remaining | None) -> Self:
        """`child_id` is the one that the child answers to now."""
        child = next(child for child in row.case.children if child.child_id == row.child_id)
        shown = CaseChildShown.model_validate(child).model_copy(update={"child_id": child_id})
        return cls(**_fields(cls, row, child_id), child=shown, remaining=remaining)


def _fields(cls: type[HandOverListed], row: HandOver, child_id: UUID) -> dict[str, object]:
    same = set(cls.model_fields) - {"child_id", "given_name", "family_name", "overdue", "child", "remaining"}
    columns = {name: getattr(row, name) for name in same}
    child = next(child for child in row.case.children if child.child_id == row.child_id)
    columns |= {"given_name": child.given_name, "family_name": child.family_name}
    return {**columns, "child_id": child_id, "overdue": is_overdue(row.status, row.answer_due_on, clock.today())}


class HandOversMade(BaseModel):
    """One hand-over for each child."""

    items: list[HandOverShown]


class HandOversQuery(PageQuery):
    """Which hand-overs: by default those that wait for an answer."""

    service: Service | None = None
    status: HandOverStatus = "offered"
    case_id: UUID | None = None
    overdue: bool | None = None
