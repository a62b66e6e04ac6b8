"""The children endpoints: one child with all its records, and its corrections."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.referrals import access
from services.referrals.children import actions, queries
from services.referrals.children.models import ChildCorrection
from services.referrals.children.schemas import CorrectionShown, NewCorrection, WholeChild
from services.referrals.people import queries as people
from shared import audit
from shared.paging import Page, PageQuery, page_of
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


@router.post("/children/{child_id}/corrections", status_code=201)
async def correct_child(
    child_id: UUID, sent: NewCorrection, actor: access.CanCorrectChildren, session: Session, response: Response
) -> WholeChild:
    """Correct what is recorded of a child, for the MASH; the response is the child as it stands now.

    What is sent replaces, the rest stays, and what stood there is kept. The birth of an unborn child is a correction
    with its `date_of_birth`. 409 `child-merged-already` names the surviving record, which is to be corrected; 422 where
    nothing changes, and for a number that another child of an undecided referral has.
    """
    child = await actions.correct_child(session, actor, child_id, sent)
    set_etag(response, child.version)
    return await queries.whole_child(session, actor, child)


@router.get("/children/{child_id}/corrections")
async def list_corrections(
    child_id: UUID,
    query: Annotated[PageQuery, Query()],
    actor: access.CanReadCorrections,
    session: Session,
    access_reason: AccessReason = None,
) -> Page[CorrectionShown]:
    """Every correction of this record, for the MASH, oldest first, with old and new; the look is on record."""
    child = await people.find_child(session, actor, child_id)
    audit.record(session, actor, "child_corrections_look", "child", child.id, reason=access_reason)
    rows = queries.corrections_of(child.id)
    found, following = await page_of(session, rows, [ChildCorrection.number], query)
    return Page(items=[CorrectionShown.model_validate(row) for row in found], next=following)
