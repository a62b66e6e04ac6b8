"""The history endpoint: how a case came to stand as it does."""

from uuid import UUID

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.lifecycle.history import queries
from services.casework.lifecycle.history.schemas import CaseHistory
from shared import audit
from shared.web import AccessReason, Session, topic_router

router = topic_router("history")


@router.get("/cases/{case_id}/history")
async def get_history(
    case_id: UUID, actor: access.CanReadCases, session: Session, access_reason: AccessReason = None
) -> CaseHistory:
    """Every step, move, key worker and referral of a case, oldest first; the look is on record with its reason.

    `from_on` and `starts_on` are the first day, `ended_on` is the first day on which it was so no more.
    `key_workers` are also those of cases that were joined into this one. `other_open_cases`: a merge of records found
    the family to be one after both were opened; `POST /v1/cases/{id}/joining` makes them one.
    """
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "case_history_look", "case", case.id, reason=access_reason)
    return await queries.history_of(session, actor, case)
