"""What callers of the allocation endpoints send and get."""

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.casework.allocation.allocations.models import Allocation
from services.casework.allocation.allocations.rules import Suggestion
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.schemas import Number
from shared.days import Day
from shared.fields import Reason
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


class NewAllocation(RequestBody):
    """The key worker for a family; an override reason where the ceiling, leave or leaving stands against it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "worker_id": "c1a7e9d2-6b34-4f0a-9d18-2e5b8c4f7a60",
                    "starts_on": "2026-03-03",
                    "override_reason": "Knew the family until last year, and gives another one back next week.",
                },
            ]
        }
    )

    worker_id: UUID
    starts_on: Day | None = None
    override_reason: Reason | None = None


class AllocationMade(BaseModel):
    """What the allocation means for the worker: `children` and `ceiling` are theirs, with this family."""

    id: UUID
    case_id: UUID
    worker_id: UUID
    starts_on: date
    children: int
    ceiling: Number
    over_ceiling: bool


class SuggestionsQuery(BaseModel):
    """Whose workers; without an area those whom the caller may allocate."""

    model_config = {"extra": "forbid"}

    area: Area | None = None


class SuggestionShown(BaseModel):
    """A worker as key worker of a family, with the reasons for the rank, as sentences."""

    worker_id: UUID
    name: str
    role: str
    team: str | None
    area: Area
    fte: Number
    ceiling: Number
    children: int
    """Held now."""
    would_hold: int
    """Children held with this family."""
    room: Number
    """Children who could still come under the ceiling; less than 0 where it would be passed."""
    fits: bool
    """Within the ceiling."""
    knew_family_until: date | None
    """Until when they last were key worker of this family or of a child of it; null where they never were."""
    registered: bool
    changes: int
    """Changes of key worker that the family would have had with this one."""
    reasons: list[str]
    obstacles: list[str]
    """The codes of the 409 with which allocating this worker would be refused; empty where nothing stands against it
    but the ceiling."""

    @classmethod
    def of(cls, made: Suggestion) -> Self:
        who = made.candidate
        return cls(
            worker_id=who.worker_id,
            name=who.name,
            role=who.role,
            team=who.team,
            area=Area(who.area),
            fte=who.fte,
            ceiling=who.ceiling,
            children=who.children,
            would_hold=made.would_hold,
            room=made.room,
            fits=made.fits,
            knew_family_until=made.knew_until,
            registered=bool(who.registration_number),
            changes=made.changes,
            reasons=list(made.reasons),
            obstacles=list(made.obstacles),
        )


class Suggestions(BaseModel):
    """Workers for one family, the best first."""

    items: list[SuggestionShown]


class KeyWorkerPeriod(BaseModel):
    """A time in which one worker was key worker of a family: from a day until before another."""

    case_id: UUID
    worker_id: UUID
    name: str
    role: str
    """As it is now; likewise the name."""
    from_on: date
    until_on: date | None
    end_reason: str | None

    @classmethod
    def of(cls, held: Allocation, worker: Worker) -> Self:
        return cls(
            case_id=held.case_id,
            worker_id=worker.id,
            name=worker.name,
            role=worker.role,
            from_on=held.starts_on,
            until_on=held.ended_on,
            end_reason=held.end_reason,
        )


class KeyWorkersOfFamily(BaseModel):
    """Everybody who was key worker of a family, in order, over all of its cases."""

    family_id: UUID
    changes: int
    """Another worker after one before; the same one again, without another between, is none."""
    items: list[KeyWorkerPeriod]


class KeyWorkerChangesQuery(PageQuery):
    """Changes of which area's families, since which day."""

    area: Area | None = None
    since: Day | None = None


class FamilyChanges(BaseModel):
    """How often a family got another key worker."""

    family_id: UUID
    changes: int


class ChangesSummary(BaseModel):
    """Over all families that had a key worker in that time, those without a change among them."""

    since: date
    families: int
    changes: int
    mean: Number
    """Changes for each family, to two places."""
    distribution: dict[int, int]
    """How many families had so many changes."""


class KeyWorkerChanges(BaseModel):
    """Families with a change, those with most first."""

    items: list[FamilyChanges]
    next: str | None
    summary: ChangesSummary


class AllocationEnding(RequestBody):
    """The day from which the key worker does not hold the family any more (today, where none is given), and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ended_on": "2026-03-12",
                    "reason": "The school leads from today on, as the family agreed at the last meeting.",
                },
            ]
        }
    )

    reason: Reason
    ended_on: Day | None = None
