"""The families endpoint: one family at the front door."""

from uuid import UUID

from fastapi import Response

from services.referrals import access
from services.referrals.families import queries
from services.referrals.families.schemas import WholeFamily
from services.referrals.people.queries import find_family
from shared import audit
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("families")


@router.get("/families/{family_id}")
async def get_family(
    family_id: UUID,
    actor: access.CanReadFamilies,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> WholeFamily:
    """A family with its address, children, adults and referrals; the look is on record with its reason.

    A family may have several ids, one of each referral until its children are matched: `joined_family_ids` are those
    that share a child with it. 404 for a family that is restricted to others.
    """
    family = await find_family(session, actor, family_id)
    whole, version = await queries.whole_family(session, actor, family)
    audit.record(session, actor, "family_look", "family", family.id, reason=access_reason)
    set_etag(response, version)
    return whole
