"""Putting what happened into the chronology, in the transaction in which it happens."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.models import Case, CaseChild
from services.casework.chronology.models import ChronologyChild, ChronologyEntry
from shared import clock

NOON = time(12)


async def note(
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
) -> None:
    """Put an entry into the chronology of a family and of these children.

    `kind` is one of `codes.ENTRIES`; of one kind there is one entry about a thing, so that a fact that is told twice is
    there once. `facts` are codes, ids, counts and days.
    """
    known = select(ChronologyEntry.id).where(ChronologyEntry.kind == kind, ChronologyEntry.about_id == about_id)
    if await session.scalar(known):
        return
    instant = at if isinstance(at, datetime) else datetime.combine(at, NOON, clock.LONDON)
    entry = ChronologyEntry(
        at=instant,
        recorded_at=clock.now(),
        kind=kind,
        source=source,
        about_id=about_id,
        family_id=family_id,
        case_id=case_id,
        referral_id=referral_id,
        facts=dict(facts or {}),
        text=text,
    )
    session.add(entry)
    await session.flush()
    session.add_all(ChronologyChild(entry_id=entry.id, child_id=each, at=instant) for each in set(child_ids))


async def note_about_case(
    session: AsyncSession,
    case: Case,
    kind: str,
    at: datetime | date,
    *,
    about_id: UUID,
    child_ids: Iterable[UUID] | None = None,
    facts: Mapping[str, Any] | None = None,
    text: str | None = None,
) -> None:
    """An entry about all children of a case, or about these."""
    if child_ids is None:
        child_ids = (await session.scalars(select(CaseChild.child_id).where(CaseChild.case_id == case.id))).all()
    await note(
        session,
        kind,
        at,
        about_id=about_id,
        family_id=case.family_id,
        child_ids=child_ids,
        case_id=case.id,
        facts=facts,
        text=text,
    )
