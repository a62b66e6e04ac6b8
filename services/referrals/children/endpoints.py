"""The children endpoint: one child with all its records."""

from uuid import UUID

from fastapi import Response

from services.referrals import access
from services.referrals.children import queries
from services.referrals.children.schemas import WholeChild
from shared import audit
from shared.web import AccessReason, Session, set_etag, topic_router

router = topic_router("children")


@router.get("/children/{child_id}")
async def get_child(
    child_id: UUID,
    actor: access.CanReadChildren,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> WholeChild:
    """A child with names, identifiers, family, former records and referrals; the look is on record with its reason.

    Asked for by a former id, the response is the record that speaks for the child now, with its own `child_id`.
    """
    child = await queries.find_surviving(session, actor, child_id)
    audit.record(session, actor, "child_look", "child", child.id, reason=access_reason)
    set_etag(response, child.version)
    return await queries.whole_child(session, actor, child)
