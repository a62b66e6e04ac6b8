"""The section 47 enquiries endpoints."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.protection.enquiries import actions, queries
from services.casework.protection.enquiries.models import Enquiry
from services.casework.protection.enquiries.schemas import EnquiryCompletion, EnquiryShown, NewEnquiry
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import AccessReason, Session, topic_router

router = topic_router("section 47 enquiries")


@router.post("/cases/{case_id}/section-47-enquiries", status_code=201)
async def begin_enquiry(
    case_id: UUID, sent: NewEnquiry, actor: access.CanRecordEnquiries, session: Session
) -> EnquiryShown:
    """Begin the enquiry that a strategy discussion decided on, about its children or some of them.

    The conference is due 15 working days after that strategy discussion; the family is on child protection from
    `started_on` on, and whoever may not hold it there holds it no longer. 409 `enquiry-open` (8890), `no-section-47`,
    `front-door-decides`, `case-closed`; 422 `unknown`, `not-of-this-case`, `not-discussed`, and `out-of-order` before
    the strategy discussion or the referral (2889), and `adult` of a person of 18 or older: where no children are named,
    such are left out.
    """
    return await _shown(session, await actions.begin_enquiry(session, actor, case_id, sent))


@router.get("/cases/{case_id}/section-47-enquiries")
async def list_enquiries(
    case_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadProtection,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[EnquiryShown]:
    """The section 47 enquiries of a case, the latest first. The look is on record."""
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "enquiries_look", "case", case.id, reason=access_reason)
    rows = queries.whole().where(Enquiry.case_id == case.id)
    found, following = await page_of(session, rows, [Enquiry.started_on, Enquiry.id], query, descending=True)
    answers = await queries.children_now(session, found)
    return Page(items=[EnquiryShown.of(row, answers) for row in found], next=following)


@router.post("/section-47-enquiries/{enquiry_id}/completion")
async def complete_enquiry(
    enquiry_id: UUID, sent: EnquiryCompletion, actor: access.CanRecordEnquiries, session: Session
) -> EnquiryShown:
    """Record what an enquiry found. With `conference` it goes on until that is held; else it ends with this.

    409 `enquiry-completed`; 422 `out-of-order` before it began.
    """
    return await _shown(session, await actions.complete_enquiry(session, actor, enquiry_id, sent))


async def _shown(session: Session, row: Enquiry) -> EnquiryShown:
    return EnquiryShown.of(row, await queries.children_now(session, [row]))
