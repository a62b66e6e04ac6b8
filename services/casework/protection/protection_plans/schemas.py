"""What callers of the protection plans endpoints send and get."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.casework.cases.cases.schemas import KeyWorker
from services.casework.protection.protection_plans.models import ProtectionPlan
from services.casework.protection.protection_plans.rules import Category, EndReason
from shared.days import PastDay
from shared.fields import Line, Reason
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody

MOST_PREVIOUS = 20


class PlanFromElsewhere(RequestBody):
    """A protection plan that another authority or an older system began; of another authority it is temporary."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "child_id": "5f0c2a4e-93b1-4c7d-8a55-0e6d1b7f2a10",
                    "started_on": "2026-02-02",
                    "category": "NEG",
                    "from_authority": "Buckinghamshire",
                    "previous_plans": 1,
                }
            ]
        }
    )

    child_id: UUID
    started_on: PastDay
    category: Category
    """The latest."""
    initial_category: Category | None = None
    """Where it was another."""
    from_authority: Line | None = None
    """None of a plan of this authority's older system."""
    previous_plans: Annotated[int, Field(ge=0, le=MOST_PREVIOUS)] = 0
    last_core_group_on: PastDay | None = None
    """The last before the plan came here; so are the next two. Later ones fall due from these."""
    last_review_on: PastDay | None = None
    last_visit_on: PastDay | None = None


class PlanEnding(RequestBody):
    """The end of a plan that no conference decides: the child lives elsewhere, died, or is an adult."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"ended_on": "2026-06-01", "reason": "moved_out", "text": "Wiltshire held its conference on 1 June"}
            ]
        }
    )

    ended_on: PastDay | None = None
    reason: Literal["moved_out", "died", "turned_18"]
    text: Reason
    """To whom the child was handed over, or what happened."""


class PlansQuery(PageQuery):
    """Which plans."""

    area: Area | None = None
    team: str | None = None
    worker: UUID | None = None
    """Whose key worker that is now."""
    category: Category | None = None
    open: bool = True
    """In force now; with false, those that ended."""
    longer_than_days: Annotated[int, Field(ge=0, le=7300)] | None = None


class FiguresQuery(BaseModel):
    """Over whose plans."""

    model_config = ConfigDict(extra="forbid")

    area: Area | None = None
    team: str | None = None


class Sighting(BaseModel):
    """When a child was seen last, and when alone; null where never since the case was opened."""

    seen_on: date | None = None
    seen_alone_on: date | None = None


class PlanShown(BaseModel):
    """A child's protection plan and how it stands."""

    id: UUID
    child_id: UUID
    case_id: UUID
    category: Category
    """The latest."""
    initial_category: Category
    started_on: date
    ended_on: date | None
    end_reason: EndReason | None
    end_text: str | None
    previous_plans: int
    from_authority: str | None
    temporary: bool
    """Another authority's, until the transfer-in conference."""
    days: int
    """0 on the day on which it began; of an ended one, to its end."""
    next_review_due_on: date | None
    next_core_group_due_on: date | None
    next_visit_due_on: date | None
    transfer_in_conference_due_on: date | None
    last_seen_on: date | None
    last_seen_alone_on: date | None

    @classmethod
    def of(
        cls,
        row: ProtectionPlan,
        surviving_ids: Mapping[UUID, UUID],
        due: Mapping[tuple[UUID, str], date],
        seen: Mapping[tuple[UUID, UUID], Sighting],
    ) -> Self:
        last = seen.get((row.case_id, surviving_ids[row.child_id]), Sighting())
        own = ("id", "case_id", "category", "initial_category", "started_on", "ended_on", "end_reason", "end_text")
        return cls(
            **{name: getattr(row, name) for name in (*own, "previous_plans", "from_authority", "temporary", "days")},
            child_id=surviving_ids[row.child_id],
            next_review_due_on=due.get((row.id, "review_conference")),
            next_core_group_due_on=due.get((row.id, "core_group")),
            next_visit_due_on=due.get((row.id, "protection_visit")),
            transfer_in_conference_due_on=due.get((row.id, "transfer_in_conference")),
            last_seen_on=last.seen_on,
            last_seen_alone_on=last.seen_alone_on,
        )


class PlanListed(PlanShown):
    """A plan in a list over several families, with the child by name and whose it is now."""

    given_name: str
    family_name: str
    area: Area | None
    team: str | None
    key_worker: KeyWorker | None


class PlanFigures(BaseModel):
    """How many plans are in force, by what an inspection asks for."""

    plans: int
    by_category: dict[str, int]
    by_duration: dict[str, int]
    """Under 3 months, 3 to 6, 6 to 12, 1 to 2 years, 2 years or more."""
    second_or_later: int
    """Of children who had a plan before."""
    temporary: int
