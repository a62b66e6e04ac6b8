"""The whole picture of a case under the law, in one answer."""

from uuid import UUID

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.protection.overview import queries
from services.casework.protection.overview.schemas import ProtectionOverview
from shared import audit
from shared.web import AccessReason, Session, topic_router

router = topic_router("protection")


@router.get("/cases/{case_id}/protection")
async def get_protection(
    case_id: UUID, actor: access.CanReadProtection, session: Session, access_reason: AccessReason = None
) -> ProtectionOverview:
    """Everything that must be seen at once: each child's plan, category, days on it, when it was last seen and alone,
    who sits in the core group, how it stands before the court; what is open in the case, and what is due.

    The look is on record.
    """
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "protection_look", "case", case.id, reason=access_reason)
    return await queries.overview(session, case)
