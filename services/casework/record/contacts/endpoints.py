"""The contacts endpoints: what passed between the service and a family, and what was written about it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.casework import access
from services.casework.cases.cases.queries import find_case
from services.casework.record.contacts import actions, queries
from services.casework.record.contacts.models import Contact
from services.casework.record.contacts.rules import Kind
from services.casework.record.contacts.schemas import (
    EXAMPLES,
    ContactAmendment,
    ContactShown,
    ContactsQuery,
    ContactWithVersions,
    NewContact,
)
from shared import audit
from shared.auth import Actor
from shared.paging import Page, page_of
from shared.web import AccessReason, IfMatch, Session, set_etag, topic_router

router = topic_router("contacts")


def _example(kind: Kind) -> Any:
    return Body(openapi_examples={kind: {"value": EXAMPLES[kind]}})


async def _record(
    session: AsyncSession, actor: Actor, case_id: UUID, kind: Kind, sent: NewContact, response: Response
) -> ContactShown:
    contact = await actions.record_contact(session, actor, case_id, kind, sent)
    set_etag(response, contact.version)
    return ContactShown.of(contact, await queries.children_now(session, [contact]))


@router.post("/cases/{case_id}/visits", status_code=201)
async def record_visit(
    case_id: UUID,
    sent: Annotated[NewContact, _example("visit")],
    actor: access.CanRecordContacts,
    session: Session,
    response: Response,
) -> ContactShown:
    """Write down a visit to one or several children of a family.

    `children` has of each whether it was `seen`, `seen_alone` (false where not given), and where it was not seen, why
    (`not_seen_reason`). Every child who was of the case on that day and is born is named, or `other_children_reason`
    gives the reason: else 422 `child-left-out`, with the ids in `children`. A child who was not born on that day cannot
    have been seen: 422 `not-born`, with the `call` that records its birth. With `no_reply` nobody was seen; where no
    children are named then, all of the case are meant. `happened_at`, or `happened_on` where the time of day is not
    known, is of a day on which the case was open, in London, and never in the future; without either the visit is
    now. `purpose` and `place` are codes of the lists `contact_purposes` and `contact_places`. A supervisor or manager
    may write down a visit of somebody else, naming `worker_id`; for others that is 422 `not-your-own`.
    """
    return await _record(session, actor, case_id, "visit", sent, response)


@router.post("/cases/{case_id}/calls", status_code=201)
async def record_call(
    case_id: UUID,
    sent: Annotated[NewContact, _example("call")],
    actor: access.CanRecordContacts,
    session: Session,
    response: Response,
) -> ContactShown:
    """Write down a call, or with `no_reply` the attempt; `with_family: false` where it was with professionals alone.

    Where no children are named, all of the case are meant, here and in every kind of contact but a visit.
    """
    return await _record(session, actor, case_id, "call", sent, response)


@router.post("/cases/{case_id}/meetings", status_code=201)
async def record_meeting(
    case_id: UUID,
    sent: Annotated[NewContact, _example("meeting")],
    actor: access.CanRecordContacts,
    session: Session,
    response: Response,
) -> ContactShown:
    """Write down a meeting, with the family or, `with_family: false`, with professionals alone.

    With `no_reply` the family did not come. Children may be recorded as `seen` there.
    """
    return await _record(session, actor, case_id, "meeting", sent, response)


@router.post("/cases/{case_id}/notes", status_code=201)
async def record_note(
    case_id: UUID,
    sent: Annotated[NewContact, _example("note")],
    actor: access.CanRecordContacts,
    session: Session,
    response: Response,
) -> ContactShown:
    """Write down a note about a family; it needs a `text`, and does not count as contact with the family."""
    return await _record(session, actor, case_id, "note", sent, response)


@router.post("/cases/{case_id}/supervisions", status_code=201)
async def record_supervision(
    case_id: UUID,
    sent: Annotated[NewContact, _example("supervision")],
    actor: access.CanRecordSupervision,
    session: Session,
    response: Response,
) -> ContactShown:
    """Write down how a family was discussed in the supervision of its worker; only supervisors and managers do."""
    return await _record(session, actor, case_id, "supervision", sent, response)


@router.post("/cases/{case_id}/oversights", status_code=201)
async def record_oversight(
    case_id: UUID,
    sent: Annotated[NewContact, _example("management_oversight")],
    actor: access.CanRecordSupervision,
    session: Session,
    response: Response,
) -> ContactShown:
    """Write down a supervisor's or manager's own look at a family's case, and what follows from it."""
    return await _record(session, actor, case_id, "management_oversight", sent, response)


@router.post("/cases/{case_id}/closing-summary", status_code=201)
async def record_closing_summary(
    case_id: UUID,
    sent: Annotated[NewContact, _example("closing_summary")],
    actor: access.CanRecordContacts,
    session: Session,
    response: Response,
) -> ContactShown:
    """Write down what a closed case leaves: what was reached, and what whoever works with the family next must know.

    By who held the family to the end of its case, within 28 days (a setting) of the closing, and by supervisors and
    managers of its area and team. It is amended as every contact is. 409 `case-not-closed`; 422 `out-of-order` for a
    day before the closing.
    """
    return await _record(session, actor, case_id, "closing_summary", sent, response)


@router.get("/cases/{case_id}/contacts")
async def list_contacts(
    case_id: UUID,
    query: Annotated[ContactsQuery, Query()],
    actor: access.CanReadContacts,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[ContactShown]:
    """The contacts of a case as they were recorded last, newest first, by kind, child or who made them.

    The look is on record with its reason.
    """
    case = await find_case(session, actor, case_id)
    audit.record(session, actor, "contacts_look", "case", case.id, reason=access_reason)
    rows = await queries.contacts_of(session, case.id, query)
    found, following = await page_of(session, rows, [Contact.happened_at, Contact.id], query, descending=True)
    children = await queries.children_now(session, found)
    return Page(items=[ContactShown.of(contact, children) for contact in found], next=following)


@router.get("/contacts/{contact_id}")
async def get_contact(
    contact_id: UUID,
    actor: access.CanReadContacts,
    session: Session,
    response: Response,
    access_reason: AccessReason = None,
) -> ContactWithVersions:
    """One contact with every version of it, who wrote it and why it was amended; the look is on record."""
    contact = await queries.find_contact(session, actor, contact_id)
    audit.record(
        session, actor, "contact_look", "case", contact.case_id, reason=access_reason, contact_id=str(contact.id)
    )
    set_etag(response, contact.version)
    return ContactWithVersions.of(contact, await queries.children_ever(session, contact))


@router.put("/contacts/{contact_id}")
async def amend_contact(
    contact_id: UUID,
    sent: ContactAmendment,
    if_match: IfMatch,
    actor: access.CanRecordContacts,
    session: Session,
    response: Response,
) -> ContactWithVersions:
    """Amend a contact, with the reason: what is left out stays as it is, and null empties it. Needs `If-Match`.

    The former version stays on record.

    Who made it stays as it is; so does when, unless it is sent, and the kind: one of the wrong kind, or of another
    family, is amended with `entered_in_error` and written down again. 403 `not-the-author` to anybody but who made it
    or wrote it down, supervisors and managers.
    """
    contact = await actions.amend_contact(session, actor, contact_id, if_match, sent)
    set_etag(response, contact.version)
    return ContactWithVersions.of(contact, await queries.children_ever(session, contact))
