"""Putting what happened into the chronology, in the transaction in which it happens."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case, CaseChild
from services.casework.record.chronology.models import ChronologyChild, ChronologyEntry
from services.casework.record.chronology.queries import family_of
from services.casework.record.chronology.rules import entry_of
from shared import clock
from shared.contracts.event import Received
from shared.database import insert_into

NOON = time(12)


async def record_entry(
    session: AsyncSession,
    kind: str,
    at: datetime | date,
    *,
    about_id: UUID,
    family_id: UUID,
    child_ids: Iterable[UUID],
    source: str = "casework",
    case_id: UUID | None = None,
    referral_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    text: str | None = None,
    sequence: int = 0,
) -> None:
    """Put an entry into the chronology of a family and of these children.

    `kind` is one of `codes.ENTRIES`; of one kind there is one entry about a thing, so that a fact that is received
    twice is there once. Received again with a higher `sequence` it stands as received last. `facts` are codes, ids,
    counts and days. What happened today has the present time, so that a day's facts stand in the order in which they
    were recorded.
    """
    instant = at if isinstance(at, datetime) else _moment_of(at)
    entry = {
        "at": instant,
        "source": source,
        "family_id": family_id,
        "case_id": case_id,
        "referral_id": referral_id,
        "facts": dict(facts or {}),
        "text": text,
        "sequence": sequence,
    }
    put = (
        insert_into(session, ChronologyEntry)
        .values(kind=kind, about_id=about_id, recorded_at=clock.now(), **entry)
        .on_conflict_do_update(
            index_elements=["kind", "about_id"], set_=entry, where=ChronologyEntry.sequence < sequence
        )
    )
    entry_id = await session.scalar(put.returning(ChronologyEntry.id))
    if entry_id is None:
        return
    await session.execute(delete(ChronologyChild).where(ChronologyChild.entry_id == entry_id))
    session.add_all(ChronologyChild(entry_id=entry_id, child_id=each, at=instant) for each in set(child_ids))


def _moment_of(day: date) -> datetime:
    return clock.now() if day == clock.today() else noon(day)


async def record_event(session: AsyncSession, event: Received[Any]) -> None:
    """Put what another service announced into the chronology of the family that it is about, where that is known."""
    entry = entry_of(event)
    if entry is None or (family_id := entry.family_id or await family_of(session, entry.child_ids)) is None:
        return
    await record_entry(
        session,
        entry.kind,
        entry.at,
        about_id=entry.about_id,
        family_id=family_id,
        child_ids=entry.child_ids,
        source=event.data.publisher(),
        referral_id=entry.referral_id,
        facts=entry.facts,
        sequence=event.sequence,
    )


async def record_about_case(
    session: AsyncSession,
    case: Case,
    kind: str,
    at: datetime | date,
    *,
    about_id: UUID,
    child_ids: Iterable[UUID] | None = None,
    facts: Mapping[str, Any] | None = None,
    text: str | None = None,
    sequence: int = 0,
) -> None:
    """An entry about all children of a case, or about these."""
    if child_ids is None:
        child_ids = (await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id == case.id))).all()
    await record_entry(
        session,
        kind,
        at,
        about_id=about_id,
        family_id=case.family_id,
        child_ids=child_ids,
        case_id=case.id,
        facts=facts,
        text=text,
        sequence=sequence,
    )


def noon(day: date) -> datetime:
    return datetime.combine(day, NOON, clock.LONDON)


async def record_entries(
    session: AsyncSession,
    kind: str,
    entries: Iterable[tuple[UUID, Case, date, dict[str, Any]]],
    children: Mapping[UUID, Sequence[UUID]],
) -> None:
    """As `record_entry`, of many things that are all new, in a few statements."""
    new = [_entry(kind, about_id, case, day, facts) for about_id, case, day, facts in entries]
    if new:
        await session.execute(insert(ChronologyEntry), new)
        of_children = [
            {"entry_id": entry["id"], "child_id": child_id, "at": entry["at"]}
            for entry in new
            for child_id in children[entry["case_id"]]
        ]
        await session.execute(insert(ChronologyChild), of_children)


def _entry(kind: str, about_id: UUID, case: Case, day: date, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "at": noon(day),
        "recorded_at": clock.now(),
        "kind": kind,
        "source": "casework",
        "about_id": about_id,
        "family_id": case.family_id,
        "case_id": case.id,
        "facts": facts,
    }
