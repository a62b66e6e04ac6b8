"""Reads of conferences, filtered by what the actor may see."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from services.casework.cases.cases.models import Case
from services.casework.protection.conferences.models import Conference, ConferenceChild
from services.casework.protection.conferences.rules import Person
from services.casework.record.timescales.models import NOT_DONE, Timescale
from services.casework.record.timescales.rules import Done
from services.casework.workforce.workers.models import Worker
from services.casework.workforce.workers.rules import KEY_WORKER_ROLES
from shared.merged_children import surviving_ids


def whole() -> Select[Conference]:
    return select(Conference).options(selectinload(Conference.children))


async def reviews_done(session: AsyncSession, plan_id: UUID) -> list[Done]:
    """The review conferences that were held about a plan."""
    rows = select(Conference.held_on, Conference.reason_late)
    rows = rows.join(ConferenceChild, ConferenceChild.conference_id == Conference.id)
    found = await session.execute(rows.where(ConferenceChild.plan_id == plan_id, Conference.kind == "review"))
    return [Done(row.held_on, row.reason_late) for row in found]


async def last_category(session: AsyncSession, plan_id: UUID) -> str | None:
    """The category that the last of a plan's reviews changed it to, by the day of the conference; None if none did."""
    rows = select(ConferenceChild.category).join(Conference, Conference.id == ConferenceChild.conference_id)
    rows = rows.where(ConferenceChild.plan_id == plan_id, ConferenceChild.category.is_not(None))
    rows = rows.where(Conference.kind == "review").order_by(Conference.held_on.desc(), Conference.recorded_at.desc())
    found: str | None = await session.scalar(rows.limit(1))
    return found


async def who_manages_or_holds(session: AsyncSession, case: Case) -> list[Person]:
    """The key worker of a case, and the supervisors and managers of its area and team who are in post."""
    manages = Worker.role.not_in(KEY_WORKER_ROLES) & (Worker.area == case.area)
    if case.team_key:
        manages &= or_(Worker.team_key.is_(None), Worker.team_key == case.team_key)
    holds = Worker.id == case.last_key_worker_id
    rows = select(Worker.name, Worker.subject).where(or_(holds, manages & Worker.in_post))
    return [Person(row.name, row.subject) for row in await session.execute(rows)]


async def next_reviews(session: AsyncSession, plan_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """By plan, when its next review conference is due."""
    rows = select(Timescale.about_id, Timescale.due_on).where(Timescale.step == "review_conference", NOT_DONE)
    found = await session.execute(rows.where(Timescale.about_id.in_(plan_ids)))
    return {row.about_id: row.due_on for row in found}


async def children_now(session: AsyncSession, rows: Iterable[Conference]) -> dict[UUID, UUID]:
    """For each child of these conferences the id that it answers to."""
    return await surviving_ids(session, {child.child_id for row in rows for child in row.children})
