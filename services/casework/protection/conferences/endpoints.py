"""The conferences endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.protection.conferences import actions, queries
from services.casework.protection.conferences.models import Conference
from services.casework.protection.conferences.schemas import ConferenceShown, NewConference
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("conferences")


@router.post("/cases/{case_id}/conferences", status_code=201)
async def hold_conference(
    case_id: UUID, sent: NewConference, actor: access.CanRecordConferences, session: Session
) -> ConferenceShown:
    """Record a child protection conference, and let what it decided take effect on that day, for each child.

    `initial` follows a section 47 enquiry and decides `plan` or `no_plan`; `review` decides `continue` or `end` for a
    plan in force; `transfer_in` decides `plan` or `no_plan` for one that came from another authority. A plan that
    begins ends a child in need plan, and the family is on child protection; when the last one ends, on child in need.

    409 `protection-plan-open` (8935), `no-protection-plan`, `no-temporary-plan`, `transfer-in-first`,
    `enquiry-needs-no-conference`, `case-closed`. 422: `weekend` (8875), `not-independent`, `out-of-order` before the
    referral (1104), the enquiry (8615), on the plan's first day (8841) or before the end of a plan before it (8940);
    `missing` category (8905); `adult` where a plan would begin for a person of 18 or older. The first review is due in
    3 months, later ones in 6.
    """
    made = await actions.hold_conference(session, actor, case_id, sent)
    return (await _shown(session, [made]))[0]


@router.get("/cases/{case_id}/conferences")
async def list_conferences(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadProtection,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[ConferenceShown]:
    """The conferences of a case, the latest first. The look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "conferences_look", "case", case.id, reason=access_reason)
    rows = queries.whole().where(Conference.case_id == case.id)
    found, following = await page_of(session, rows, [Conference.held_on, Conference.id], query, descending=True)
    return Page(items=await _shown(session, found), next=following)


async def _shown(session: Session, rows: list[Conference]) -> list[ConferenceShown]:
    plan_ids = {child.plan_id for row in rows for child in row.children if child.plan_id}
    due = await queries.next_reviews(session, plan_ids)
    answers = await queries.children_now(session, rows)
    return [ConferenceShown.of(row, answers, due) for row in rows]
