"""What callers of the chronology endpoints send and get."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.casework.cases.cases.schemas import ChildNamed
from services.casework.codes import ENTRIES
from services.casework.record.chronology import rules
from services.casework.record.chronology.models import ChronologyEntry
from services.casework.workforce.workers.schemas import WorkerNamed
from shared.codes import CodeOf
from shared.days import Day
from shared.paging import PageQuery

AskedDay = Annotated[Day, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1))]

Source = Literal["referrals", "casework", "centres", "governance"]


class ChronologyQuery(PageQuery):
    """Which entries: of one kind, from one service, of the days `from` to `to`, both included."""

    kind: Annotated[str, CodeOf("entries", ENTRIES)] | None = None
    source: Source | None = None
    first: AskedDay | None = Field(None, alias="from")
    last: AskedDay | None = Field(None, alias="to")


class EntryShown(BaseModel):
    """One thing that happened."""

    id: UUID
    at: datetime
    """When it happened; of what has only a day, noon in London, or when it was recorded, if on that day itself."""
    kind: str
    """A code of the list `entries`."""
    title: str
    """It in a sentence."""
    source: Source
    """The service in which it happened."""
    text: str | None
    """What somebody wrote about it; only for those who may see the family's case."""
    facts: dict[str, Any]
    """Codes, ids, counts and days; only for those who may see the family's case."""
    family_id: UUID
    case_id: UUID | None
    referral_id: UUID | None
    child_ids: list[UUID]
    """The children that it is about, each by the id that it answers to now."""
    children: list[ChildNamed]
    """Those of them by name who are of a case."""
    workers: list[WorkerNamed]
    """The workers of whom the facts have the id, by name."""
    about_id: UUID
    link: str | None
    """The path of its own record, by way of the gateway; none where the caller may not see the family's case."""

    @classmethod
    def of(
        cls,
        entry: ChronologyEntry,
        child_ids: Iterable[UUID],
        children: Mapping[UUID, ChildNamed],
        workers: Mapping[UUID, WorkerNamed],
        *,
        whole: bool,
    ) -> Self:
        """`whole`: with its facts, with what was written, and where there is more of it."""
        shown = sorted(set(child_ids))
        ids = {"about_id": entry.about_id, "case_id": entry.case_id, "referral_id": entry.referral_id}
        return cls(
            id=entry.id,
            at=entry.at,
            kind=entry.kind,
            title=rules.title_of(entry.kind, entry.facts),
            source=entry.source,
            text=entry.text if whole else None,
            facts=entry.facts if whole else {},
            family_id=entry.family_id,
            child_ids=shown,
            children=[children[child_id] for child_id in shown if child_id in children],
            workers=[workers[each] for each in rules.workers_in(entry.facts) if whole and each in workers],
            link=rules.link_of(entry.kind, entry.facts, **ids) if whole else None,
            **ids,
        )
