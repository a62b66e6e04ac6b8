"""Reading an outcome star with somebody."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework.cases.cases.queries import family_ids_before, find_family_case
from services.casework.outcomes.stars.models import StarReading
from services.casework.outcomes.stars.queries import child_of_family, people_known_as
from services.casework.outcomes.stars.schemas import NewStar, StarMade
from shared import audit, clock
from shared.auth import Actor
from shared.problems import InvalidBody


async def read_star(session: AsyncSession, actor: Actor, family_id: UUID, sent: NewStar) -> StarMade:
    """Write down where a person stands; a reading for the same day and domain replaces the earlier, which is kept."""
    case = await find_family_case(session, actor, family_id, lock=True)
    person, family_ids = sent.person, await family_ids_before(session, case)
    if person.child_id:
        child_id = await child_of_family(session, family_ids, person.child_id)
        if child_id is None:
            raise InvalidBody("/person/child_id", "not-of-this-family", "This is not a child of the family")
        person = person.model_copy(update={"child_id": child_id})
    read_on, now, star_id = sent.read_on or clock.today(), clock.now(), uuid4()
    earlier = await session.scalars(
        select(StarReading).where(
            StarReading.family_id.in_(family_ids),
            StarReading.person.in_(await people_known_as(session, person.key)),
            StarReading.read_on == read_on,
            StarReading.domain.in_(sent.readings),
            StarReading.replaced_at.is_(None),
        )
    )
    replaced = earlier.all()
    for reading in replaced:
        reading.replaced_at = now
    await session.flush()  # One reading of a day holds: the earlier is written as replaced before the new one is there.
    about = {"family_id": case.family_id, "case_id": case.id, "person": person.key, "read_on": read_on}
    session.add_all(
        StarReading(star_id=star_id, domain=domain, value=value, read_by=actor.subject, recorded_at=now, **about)
        for domain, value in sent.readings.items()
    )
    facts: dict[str, Any] = {"star_id": str(star_id), "domains": sorted(sent.readings), "replaced": len(replaced)}
    audit.record(session, actor, "star_read", "family", case.family_id, **facts)
    domains = sorted({reading.domain for reading in replaced})
    return StarMade(id=star_id, person=person, read_on=read_on, readings=sent.readings, replaced=domains)
