"""The restrictions endpoints: records for named people only."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.cases.cases.queries import find_family_case
from services.casework.cases.restrictions import actions, queries
from services.casework.cases.restrictions.schemas import NewRestriction, Restriction
from shared import audit
from shared.auth import Role
from shared.web import AccessReason, Session, topic_router

router = topic_router("restrictions")


@router.get("/families/{family_id}/restriction")
async def get_restriction(
    family_id: UUID, actor: access.CanReadRestrictions, session: Session, access_reason: AccessReason = None
) -> Restriction:
    """Who alone may see a family's record; two empty lists where everyone may whose role allows it.

    Each look is on record. The other services ask when they received that a restriction was set or lifted here, also
    about a family without a case of its own.
    """
    if not actor.has(Role.SERVICE):
        family_id = (await find_family_case(session, actor, family_id)).family_id
    audit.record(session, actor, "restriction_look", "family", family_id, reason=access_reason)
    return await _shown(session, family_id)


@router.post("/families/{family_id}/restriction")
async def restrict_family(
    family_id: UUID, sent: NewRestriction, actor: access.CanRestrictFamilies, session: Session
) -> Restriction:
    """Restrict a family's record to named people: for everyone else, whatever the role, it is as if it were not there.

    The list takes the place of the one before; an empty one lifts the restriction that was made here. 422
    `own-subject-missing` where it does not name whoever restricts, `key-worker-missing` where it does not name the
    family's key worker: name them, or transfer the family first. What the front door restricts stays restricted.
    """
    case = await actions.restrict_family(session, actor, family_id, sent)
    return await _shown(session, case.family_id)


async def _shown(session: AsyncSession, family_id: UUID) -> Restriction:
    named = await queries.subjects_named(session, family_id)
    return Restriction(family_id=family_id, subjects=named["casework"], front_door_subjects=named["referrals"])
