"""The drafts endpoints: a referral begun on one device and sent from another."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.referrals import access
from services.referrals.drafts import actions, queries
from services.referrals.drafts.models import Draft
from services.referrals.drafts.schemas import DraftContent, DraftListed, DraftShown
from services.referrals.referrals.schemas import ReferralReceipt
from shared import audit
from shared.paging import Page, PageQuery, page_of
from shared.web import IfMatch, ReadSession, Session, set_etag, topic_router

router = topic_router("drafts")


@router.post("/referral-drafts", status_code=201)
async def start_draft(
    sent: DraftContent, actor: access.CanWriteDrafts, session: Session, response: Response
) -> DraftShown:
    """Keep a referral that is half filled in, for 90 days after its last change and for nobody else to see.

    Any of the fields of `POST /referrals`, each of at most 256 KiB; nothing else about them is checked yet.
    """
    draft = await actions.start_draft(session, actor, sent)
    set_etag(response, draft.version)
    return DraftShown.of(draft)


@router.get("/referral-drafts")
async def list_drafts(
    query: Annotated[PageQuery, Query()], actor: access.CanReadDrafts, session: ReadSession
) -> Page[DraftListed]:
    """The caller's own drafts that are not sent yet, the latest changed first."""
    rows = queries.waiting_drafts(actor)
    found, following = await page_of(session, rows, [Draft.changed_at, Draft.id], query, descending=True)
    return Page(items=[DraftListed.of(draft) for draft in found], next=following)


@router.get("/referral-drafts/{draft_id}")
async def get_draft(draft_id: UUID, actor: access.CanReadDrafts, session: Session, response: Response) -> DraftShown:
    """A draft of the caller's own, from whatever device; the look is on record."""
    draft = await queries.find_draft(session, actor, draft_id)
    audit.record(session, actor, "draft_look", "referral_draft", draft.id)
    set_etag(response, draft.version)
    return DraftShown.of(draft)


@router.put("/referral-drafts/{draft_id}")
async def change_draft(
    draft_id: UUID,
    sent: DraftContent,
    actor: access.CanWriteDrafts,
    session: Session,
    response: Response,
    if_match: IfMatch,
) -> DraftShown:
    """Keep this content in place of the former. 409 `draft-already-submitted` once it is sent."""
    draft = await actions.change_draft(session, actor, draft_id, sent, if_match)
    set_etag(response, draft.version)
    return DraftShown.of(draft)


@router.delete("/referral-drafts/{draft_id}", status_code=204)
async def discard_draft(draft_id: UUID, actor: access.CanWriteDrafts, session: Session, if_match: IfMatch) -> None:
    """Throw a draft away. 409 `draft-already-submitted` once it is sent."""
    await actions.discard_draft(session, actor, draft_id, if_match)


@router.post("/referral-drafts/{draft_id}/submission", status_code=201)
async def submit_draft(draft_id: UUID, actor: access.CanSubmitReferrals, session: Session) -> ReferralReceipt:
    """Make the referral, checked as by `POST /referrals`: what is wrong is named and the draft stays as it is.

    Sent a second time it gives the first answer again.
    """
    return await actions.submit_draft(session, actor, draft_id)
