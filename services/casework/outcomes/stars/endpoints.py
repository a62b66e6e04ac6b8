"""The star endpoints: where each person of a family stands, and how far they have come."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.cases.queries import family_ids_before, find_family_case
from services.casework.outcomes.stars import actions, queries
from services.casework.outcomes.stars.models import StarReading
from services.casework.outcomes.stars.schemas import (
    MovementShown,
    NewStar,
    StarMade,
    StarPerson,
    StarProgress,
    StarReadingShown,
    StarsQuery,
)
from shared import audit
from shared.paging import Page, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("stars")


@router.post("/families/{family_id}/star-readings", status_code=201)
async def read_star(family_id: UUID, sent: NewStar, actor: access.CanRecordStars, session: Session) -> StarMade:
    """Write down where one person of the family stands, 1 to 10 in one domain or more, today or on an earlier day.

    `person` is a child of the family, by id, or an adult, by code and number. Read again for the same day, a domain's
    earlier reading no longer holds and is kept: it is named in `replaced`. Also after the case is closed.
    """
    return await actions.read_star(session, actor, family_id, sent)


@router.get("/families/{family_id}/star-readings")
async def list_star_readings(
    family_id: UUID,
    query: Annotated[StarsQuery, Query()],
    actor: access.CanReadStars,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[StarReadingShown]:
    """The readings of a family, newest day first; of one `person` (a child's id, or `mother`, `mother:2`) or `domain`.

    `with_replaced=true` has those too that were read again for their day. The look is on record.
    """
    case = await find_family_case(session, actor, family_id)
    audit.record(session, actor, "star_readings_look", "family", case.family_id, reason=access_reason)
    rows = await queries.star_readings(session, await family_ids_before(session, case), query)
    keys = [StarReading.read_on, StarReading.star_id, StarReading.domain]
    found, following = await page_of(session, rows, keys, query, descending=True)
    answers = await queries.person_keys(session, found)
    items = [StarReadingShown.of(row, StarPerson.of(answers[row.person])) for row in found]
    return Page(items=items, next=following)


@router.get("/families/{family_id}/star-readings/progress")
async def get_star_progress(
    family_id: UUID, actor: access.CanReadStars, session: Session, access_reason: AccessReason = None
) -> StarProgress:
    """For each person and domain the first and the latest reading, by their days, and the change between them.

    A child whose records were merged is one person. The look is on record.
    """
    case = await find_family_case(session, actor, family_id)
    audit.record(session, actor, "star_readings_look", "family", case.family_id, reason=access_reason)
    found = await queries.movements_in(session, await family_ids_before(session, case))
    return StarProgress(items=MovementShown.each(found))
