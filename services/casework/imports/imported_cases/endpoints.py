"""Who an imported family is."""

from uuid import UUID

from services.casework import access
from services.casework.imports.imported_cases import queries
from services.casework.imports.imported_cases.schemas import ImportedFamily
from shared import audit
from shared.web import AccessReason, Session, topic_router

router = topic_router("imported cases")


@router.get("/imported-cases/{case_id}")
async def get_imported_family(
    case_id: UUID, actor: access.CanReadImportedFamilies, session: Session, access_reason: AccessReason = None
) -> ImportedFamily:
    """Who the family of an imported case is, for the index of people; the look is on record."""
    family = await queries.imported_family(session, case_id)
    audit.record(session, actor, "case_look", "case", case_id, reason=access_reason)
    return family
