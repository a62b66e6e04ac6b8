"""Reads of outcome stars; whoever asks has been let see the family."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.models import Case, CaseChild
from services.casework.outcomes.stars.models import StarReading
from services.casework.outcomes.stars.rules import Movement, Reading, movements_of
from services.casework.outcomes.stars.schemas import StarsQuery
from shared.merged_children import former_ids, surviving_ids


async def child_of_family(session: AsyncSession, family_ids: Collection[UUID], child_id: UUID) -> UUID | None:
    """The id that a child of the family answers to; None where it is not one."""
    surviving_id = (await surviving_ids(session, [child_id]))[child_id]
    in_family = (
        select(CaseChild.child_id).join(Case, Case.id == CaseChild.case_id).where(Case.family_id.in_(family_ids))
    )
    known = await former_ids(session, [surviving_id])
    found = await session.scalar(in_family.where(CaseChild.child_id.in_(known)).limit(1))
    return surviving_id if found else None


async def people_known_as(session: AsyncSession, person: str) -> list[str]:
    """Every key under which readings of this person may stand."""
    try:
        child_id = UUID(person)
    except ValueError:
        return [person]
    surviving = (await surviving_ids(session, [child_id])).values()
    return [str(known) for known in await former_ids(session, surviving)]


async def star_readings(session: AsyncSession, family_ids: Collection[UUID], query: StarsQuery) -> Select[StarReading]:
    rows = select(StarReading).where(StarReading.family_id.in_(family_ids))
    if query.person:
        rows = rows.where(StarReading.person.in_(await people_known_as(session, query.person)))
    if query.domain:
        rows = rows.where(StarReading.domain == query.domain)
    return rows if query.with_replaced else rows.where(StarReading.replaced_at.is_(None))


async def movements_in(session: AsyncSession, family_ids: Collection[UUID]) -> list[Movement]:
    """Of one family: some people, ten domains, a reading every few weeks."""
    held = select(StarReading).where(StarReading.family_id.in_(family_ids), StarReading.replaced_at.is_(None))
    rows = (await session.scalars(held)).all()
    answers = await person_keys(session, rows)
    return movements_of(
        Reading(answers[row.person], row.domain, row.read_on, row.value, row.recorded_at) for row in rows
    )


async def person_keys(session: AsyncSession, rows: Sequence[StarReading]) -> dict[str, str]:
    """For each person of these readings the key that they answer to now: a child's record may have been merged."""
    people = {row.person for row in rows}
    children = {UUID(person) for person in people if len(person) == 36}
    surviving = await surviving_ids(session, children)
    return {person: person for person in people} | {str(child): str(last) for child, last in surviving.items()}
