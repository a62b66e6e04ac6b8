"""What callers of the timescales endpoints get."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.casework import codes
from services.casework.cases.cases.schemas import CaseShown, ChildNamed, KeyWorker
from services.casework.fields import Shown
from services.casework.record.timescales.models import Timescale
from services.casework.record.timescales.rules import Status, Unit
from shared.codes import CodeOf
from shared.paging import PageQuery
from shared.places import Area

MOST_OF_A_CASE = 200
"""Of a case's timescales, as many as a page of a list has at most."""


class DueQuery(PageQuery):
    """What falls due, of which families; by default everything that is neither met nor ended."""

    within_days: Annotated[int, Field(ge=0, le=3660)] | None = None
    overdue: bool | None = None
    status: Status | None = None
    area: Area | None = None
    team: str | None = None
    worker: UUID | None = None
    case: UUID | None = None


class TimescalesQuery(DueQuery):
    """Which timescales."""

    step: Annotated[str, Field(max_length=40), CodeOf("steps", codes.STEPS)] | None = None


class TimescaleShown(BaseModel):
    """Something with a due day; `about_id` is the action, flag, plan or review that falls due."""

    id: UUID
    case_id: UUID
    child_id: UUID | None
    """Null where the whole family is meant."""
    step: str
    about_id: UUID
    started_on: date
    due_on: date
    """The last day on which it is in time."""
    met_on: date | None
    status: Status
    reason_late: str | None

    @classmethod
    def of(cls, row: Timescale, surviving_ids: Mapping[UUID, UUID]) -> Self:
        shown = {name: getattr(row, name) for name in TimescaleShown.model_fields}
        if row.child_id:
            shown["child_id"] = surviving_ids.get(row.child_id, row.child_id)
        return cls(**shown)


class ClockShown(Shown):
    """How long after what something is to be done, from a day on."""

    name: str
    step: Annotated[str, CodeOf("steps", codes.STEPS)]
    """As in `GET /v1/timescales`: the first of a kind and the later ones are one step with two clocks."""
    limit: int
    unit: Unit
    starts_with: str
    ended_by: str
    source: str
    local: bool
    """A default that an authority may change; the others are law or statutory guidance."""
    in_force_from: date


class Clocks(BaseModel):
    """The table of clocks."""

    items: list[ClockShown]


class TimescaleListed(TimescaleShown):
    """A timescale in a list over several families, with whose it is now."""

    area: Area | None
    team: str | None
    worker_id: UUID | None
    """The family's key worker."""
    key_worker: KeyWorker | None
    children: list[ChildNamed]
    """The child, or all of the case where the whole family is meant."""

    @classmethod
    def listed(cls, row: Timescale, surviving_ids: Mapping[UUID, UUID], named: Sequence[ChildNamed]) -> Self:
        shown, case = TimescaleShown.of(row, surviving_ids), row.case
        return cls(
            **shown.model_dump(),
            area=case.area,
            team=case.team,
            worker_id=case.key_worker_id,
            key_worker=case.key_worker and KeyWorker.model_validate(case.key_worker),
            children=[child for child in named if shown.child_id in (None, child.child_id)],
        )


class CaseWithTimescales(CaseShown):
    """A case with its children and with what falls due in it, soonest first: at most as many as a page has."""

    timescales: list[TimescaleShown]
