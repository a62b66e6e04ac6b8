"""What callers of the contacts endpoints send and get."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.casework import codes
from services.casework.record.contacts.models import Contact, ContactVersion
from services.casework.record.contacts.rules import Kind
from shared.codes import CodeOf
from shared.days import PastDay, PastInstant
from shared.fields import Reason, Text
from shared.paging import PageQuery
from shared.web import RequestBody

MOST_CHILDREN = 40

Purpose = Annotated[str, Field(max_length=40), CodeOf("contact_purposes", codes.CONTACT_PURPOSES)]

Place = Annotated[str, Field(max_length=20), CodeOf("contact_places", codes.CONTACT_PLACES)]


class ChildSeen(RequestBody):
    """A child of the case, by the id that it answers to; of a visit or meeting, whether it was seen, and alone."""

    child_id: UUID
    seen: bool | None = None
    seen_alone: bool | None = None
    not_seen_reason: Reason | None = None
    """Of a child that was not seen, why."""


class ContactContent(RequestBody):
    """A contact; which fields fit depends on its kind."""

    happened_at: PastInstant | None = None
    happened_on: PastDay | None = None
    """The day in London, where the time of day is not known."""
    purpose: Purpose | None = None
    place: Place | None = None
    with_family: bool | None = None
    """Of a call or a meeting, false where it was with professionals alone."""
    no_reply: bool = False
    """Nobody opened, answered or came."""
    text: Text | None = None
    children: list[ChildSeen] = Field(default_factory=list, max_length=MOST_CHILDREN)
    other_children_reason: Reason | None = None
    """Of a visit that does not name every child of the case, why not."""

    @field_validator("happened_on")
    @classmethod
    def _day_or_instant(cls, day: date | None, info: ValidationInfo) -> date | None:
        if day and info.data.get("happened_at"):
            raise PydanticCustomError("day_or_instant", "Send either the instant or, where it is not known, the day")
        return day


class NewContact(ContactContent):
    """A contact as it is written down; without day and instant it happened now."""

    worker_id: UUID | None = None
    """Who made it, where a supervisor or a manager writes down what somebody else did."""


EXAMPLES: Mapping[Kind, Any] = {
    "visit": {
        "happened_at": "2026-03-10T15:30:00Z",
        "purpose": "family_support",
        "place": "home",
        "text": "Ella was at home with her mother, and showed me her reading corner.",
        "children": [{"child_id": "5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10", "seen": True, "seen_alone": True}],
    },
    "call": {
        "happened_at": "2026-03-11T09:15:00Z",
        "purpose": "planning",
        "text": "Rang Ella's mother: Thursday suits her.",
    },
    "meeting": {
        "happened_on": "2026-03-11",
        "purpose": "planning",
        "place": "school",
        "with_family": False,
        "text": "Met the head of year: Ella eats alone.",
    },
    "note": {"text": "The family has a new telephone number; the old one is cut off."},
    "supervision": {
        "happened_on": "2026-03-12",
        "text": "Visits are weekly. To do: ask for the school's view before the review.",
    },
    "management_oversight": {"text": "Read the record. The visits are regular; the plan needs a date for its review."},
    "closing_summary": {
        "text": "Ella goes to school every day. The grandmother is whom to ring should it begin again."
    },
}
"""One of each kind, as the description of its endpoint has it."""


class ContactAmendment(ContactContent):
    """A contact as it is to be from now on: what is left out stays as it is, null empties it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "happened_at": "2026-03-10T16:00:00Z",
                    "purpose": "family_support",
                    "place": "home",
                    "text": "Ella was at home with her mother, and showed me her reading corner.",
                    "children": [
                        {
                            "child_id": "5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10",
                            "seen": True,
                            "seen_alone": True,
                        },
                    ],
                    "reason": "I had written down the wrong hour, and left out that I spoke with Ella alone.",
                },
            ]
        }
    )

    reason: Reason
    entered_in_error: bool = False
    """It never happened, or it is another family's."""


class ContactsQuery(PageQuery):
    """Which contacts of a case."""

    kind: Kind | None = None
    child: UUID | None = None
    worker: UUID | None = None


class ContactChildShown(BaseModel):
    """A child that a contact is about."""

    model_config = ConfigDict(from_attributes=True)

    child_id: UUID
    seen: bool | None
    seen_alone: bool | None
    not_seen_reason: str | None = None


class MadeBy(BaseModel):
    """Who made a contact, also after they have left."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: str


class ContactContentShown(BaseModel):
    """What is recorded of a contact."""

    happened_on: date
    """The day in London."""
    happened_at: datetime | None
    """Null where the time of day is not known."""
    purpose: str | None
    place: str | None
    with_family: bool
    no_reply: bool
    text: str | None
    other_children_reason: str | None
    entered_in_error: bool
    children: list[ContactChildShown]
    recorded_by: str
    recorded_at: datetime


class ContactVersionShown(ContactContentShown):
    """What was recorded of a contact at one time, by whom, and why it was amended."""

    number: int
    reason: str | None


class ContactShown(ContactContentShown):
    """A contact as it was recorded last; `worker` made it, `recorded_by` wrote down the first version."""

    id: UUID
    case_id: UUID
    kind: Kind
    version: int
    worker: MadeBy | None
    """Null where whoever recorded it is not joined to a worker."""
    counts_as_contact: bool
    """Whether the days since the last contact are counted from it."""

    @classmethod
    def of(cls, contact: Contact, surviving_ids: Mapping[UUID, UUID]) -> Self:
        return cls(
            **_content(contact, [ContactChildShown.model_validate(child) for child in contact.children], surviving_ids),
            id=contact.id,
            case_id=contact.case_id,
            kind=contact.kind,
            version=contact.version,
            worker=contact.worker and MadeBy.model_validate(contact.worker),
            counts_as_contact=contact.counts,
        )


class ContactWithVersions(ContactShown):
    """A contact with every version of it, the first one first."""

    versions: list[ContactVersionShown] = Field(default_factory=list)

    @classmethod
    def of(cls, contact: Contact, surviving_ids: Mapping[UUID, UUID]) -> Self:
        shown = super().of(contact, surviving_ids)
        for row in contact.versions:
            children = [ContactChildShown.model_validate(child) for child in row.children]
            content = _content(row, children, surviving_ids)
            shown.versions.append(ContactVersionShown(**content, number=row.number, reason=row.reason))
        return shown


def _content(
    row: Contact | ContactVersion, of_row: Sequence[ContactChildShown], surviving_ids: Mapping[UUID, UUID]
) -> Any:
    """What a contact or a version has on record, with each child under the id that it answers to."""
    children: dict[UUID, ContactChildShown] = {}
    for child in of_row:
        child_id = surviving_ids.get(child.child_id, child.child_id)
        children.setdefault(child_id, child.model_copy(update={"child_id": child_id}))
    other = ("children", "happened_at")
    content = {name: getattr(row, name) for name in ContactContentShown.model_fields if name not in other}
    return {**content, "happened_at": row.happened_at if row.time_known else None, "children": list(children.values())}
