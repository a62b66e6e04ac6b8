"""What callers of the cases endpoints get."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.cases.cases.models import Case
from shared.contracts.casework import Pathway
from shared.paging import PageQuery
from shared.places import Area


class CaseChildShown(BaseModel):
    """A child of the case."""

    model_config = ConfigDict(from_attributes=True)

    child_id: UUID
    given_name: str
    family_name: str
    date_of_birth: date | None
    expected_date_of_birth: date | None


class KeyWorker(BaseModel):
    """Who holds the case."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    role: str
    team: str | None


class ChildNamed(BaseModel):
    """A child by name, under the id that it answers to since its records were merged."""

    child_id: UUID
    given_name: str
    family_name: str


class CaseShown(BaseModel):
    """A case with its children, each under the id that it answers to since its records were merged."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    family_id: UUID
    referral_id: UUID
    area: Area | None
    team: str | None
    pathway: Pathway
    status: Literal["open", "closed"]
    key_worker: KeyWorker | None
    child_count: int
    opened_on: date
    closed_on: date | None
    unallocated_since: date | None
    """Since when the family waits for a key worker; null where it does not."""
    days_waiting: int | None
    """0 on the first day (in London) of the wait."""
    last_contact_on: date | None
    """The day (in London) of the last visit, call or meeting with the family; null where there was none."""
    days_since_last_contact: int | None
    """0 on that day itself; null where there was none, and once the case is closed."""
    children: list[CaseChildShown]

    @classmethod
    def of(cls, case: Case, surviving_ids: Mapping[UUID, UUID]) -> Self:
        children: dict[UUID, CaseChildShown] = {}
        for child in sorted(case.children, key=lambda each: surviving_ids[each.child_id] != each.child_id):
            shown = CaseChildShown.model_validate(child)
            surviving_id = surviving_ids[child.child_id]
            children.setdefault(surviving_id, shown.model_copy(update={"child_id": surviving_id}))
        return cls.model_validate(case).model_copy(update={"children": list(children.values())})


class StandingOfWorker(BaseModel):
    """Who holds a case, or held it to its end."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    version: int


class CaseStanding(BaseModel):
    """How a case stands now, for the front door: of two the one with the higher versions is the newer."""

    case_id: UUID
    version: int
    family_id: UUID
    child_ids: list[UUID]
    """Under the ids that they have in the case."""
    pathway: Pathway
    area: Area | None
    is_open: bool
    since: date
    """The day on which it was opened first."""
    key_worker: StandingOfWorker | None


class CasesQuery(PageQuery):
    """Which cases."""

    status: Literal["open", "closed"] | None = None
    """Open ones where it is not given; with `family`, `child` or `referral` those that were closed as well."""
    area: Area | None = None
    team: str | None = None
    worker: UUID | None = None
    pathway: Pathway | None = None
    unallocated: bool | None = None
    no_contact_for_days: Annotated[int, Field(ge=1, le=3660)] | None = None
    family: UUID | None = None
    """Under any id that the family has or had."""
    child: UUID | None = None
    """Under any id that the child has or had."""
    referral: UUID | None = None
    """The one that opened the case, or one that joined it."""
