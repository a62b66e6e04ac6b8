"""What callers of the flags endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework import codes
from services.casework.record.flags.models import Flag
from shared import clock
from shared.codes import CodeOf
from shared.days import Day
from shared.fields import Text
from shared.paging import PageQuery
from shared.web import RequestBody

FlagKind = Annotated[str, Field(max_length=40), CodeOf("flags", codes.FLAGS)]


class NewFlag(RequestBody):
    """A warning about a family, or about one child, until its review."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "dog",
                    "text": "A large dog is loose in the yard: ring first, it is shut in before the door is opened.",
                    "review_on": "2026-09-01",
                },
            ]
        }
    )

    kind: FlagKind
    child_id: UUID | None = None
    text: Text
    set_on: Day | None = None
    review_on: Day


class NewFlagReview(RequestBody):
    """What a review came to: the flag stands until the next one, or it is ended."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "keep": True,
                    "review_on": "2026-12-01",
                    "reason": "The dog is still there, and still loose.",
                },
                {
                    "reviewed_on": "2026-03-11",
                    "keep": False,
                    "reason": "The dog was given away; seen at the visit on 11 March.",
                },
            ]
        }
    )

    reviewed_on: Day | None = None
    keep: bool
    review_on: Day | None = None
    reason: Text
    reason_late: Text | None = None


class FlagsQuery(PageQuery):
    """Which flags: those that stand, or those that were ended."""

    ended: bool = False


class FlagReviewShown(BaseModel):
    """A review of a flag; the last one of a flag that stands is still to come."""

    model_config = ConfigDict(from_attributes=True)

    due_on: date
    reviewed_on: date | None
    keep: bool | None
    reason: str | None
    reviewed_by: str | None


class FlagShown(BaseModel):
    """A warning flag; `review_overdue` from the day after `review_on`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    case_id: UUID
    child_id: UUID | None
    kind: str
    text: str
    set_on: date
    set_by: str
    review_on: date
    review_overdue: bool
    ended_on: date | None
    reviews: list[FlagReviewShown]

    @classmethod
    def of(cls, flag: Flag, surviving_ids: Mapping[UUID, UUID]) -> Self:
        return cls(
            id=flag.id,
            case_id=flag.case_id,
            child_id=surviving_ids[flag.child_id] if flag.child_id else None,
            kind=flag.kind,
            text=flag.text,
            set_on=flag.set_on,
            set_by=flag.set_by,
            review_on=flag.review_on,
            review_overdue=flag.ended_on is None and flag.review_on < clock.today(),
            ended_on=flag.ended_on,
            reviews=[FlagReviewShown.model_validate(review) for review in flag.reviews],
        )
