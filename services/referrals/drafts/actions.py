"""Keeping a referral that is half filled in, until it is sent."""

from typing import Any
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.drafts.models import Draft
from services.referrals.drafts.queries import find_draft, forgotten_drafts
from services.referrals.drafts.schemas import DraftContent
from services.referrals.referrals.actions import submit_referral
from services.referrals.referrals.schemas import NewReferral, ReferralReceipt
from shared import audit, clock
from shared.auth import Actor
from shared.problems import Problem
from shared.web import require_version

REMOVED_AT_ONCE = 1_000


class DraftAlreadySubmitted(Problem):
    status = 409
    code = "draft-already-submitted"
    title = "This draft is sent: its content is changed by an amendment of the referral"


async def start_draft(session: AsyncSession, actor: Actor, sent: DraftContent) -> Draft:
    now = clock.now()
    draft = Draft(subject=actor.subject, content=_filled(sent), created_at=now, changed_at=now)
    session.add(draft)
    # Its id and its version are made as it is written; the response shows them.
    await session.flush()
    audit.record(session, actor, "draft_start", "referral_draft", draft.id)
    return draft


async def change_draft(session: AsyncSession, actor: Actor, draft_id: UUID, sent: DraftContent, if_match: str) -> Draft:
    """Keep this content in place of the former; the time for which it is kept begins again."""
    draft = await _own_unsent(session, actor, draft_id, if_match)
    draft.content, draft.changed_at = _filled(sent), clock.now()
    # Its new version is made as it is written; the response shows it.
    await session.flush()
    audit.record(session, actor, "draft_change", "referral_draft", draft.id)
    return draft


async def discard_draft(session: AsyncSession, actor: Actor, draft_id: UUID, if_match: str) -> None:
    await session.delete(await _own_unsent(session, actor, draft_id, if_match))
    audit.record(session, actor, "draft_discard", "referral_draft", draft_id)


async def submit_draft(session: AsyncSession, actor: Actor, draft_id: UUID) -> ReferralReceipt:
    """Make the referral of a draft, checked in full; sent twice it is one referral and the first response."""
    draft = await find_draft(session, actor, draft_id, lock=True)
    if draft.receipt:
        return ReferralReceipt.model_validate(draft.receipt)
    receipt = ReferralReceipt.of(*await submit_referral(session, actor, _in_full(draft.content)))
    # The referral holds it from now on; a copy would outlive what is corrected there.
    draft.content, draft.receipt = {}, receipt.model_dump(mode="json")
    draft.submitted_at = clock.now()
    audit.record(session, actor, "draft_submit", "referral_draft", draft.id, referral_id=str(receipt.id))
    return receipt


async def forget_old_drafts(session: AsyncSession) -> int:
    """Remove drafts that nobody changed for as long as they are kept, some at a time; returns how many."""
    old = forgotten_drafts(clock.now()).limit(REMOVED_AT_ONCE)
    removed: Any = await session.execute(delete(Draft).where(Draft.id.in_(old.scalar_subquery())))
    return int(removed.rowcount)


async def _own_unsent(session: AsyncSession, actor: Actor, draft_id: UUID, if_match: str) -> Draft:
    draft = await find_draft(session, actor, draft_id, lock=True)
    if draft.submitted_at:
        raise DraftAlreadySubmitted
    require_version(if_match, draft.version)
    return draft


def _filled(sent: DraftContent) -> dict[str, Any]:
    return sent.model_dump(exclude_unset=True)


def _in_full(content: dict[str, Any]) -> NewReferral:
    """The referral that a draft makes; what is wrong is refused with the same places as if it had been sent."""
    try:
        return NewReferral.model_validate(content, from_attributes=True)  # as a body is taken, for the same codes
    except ValidationError as error:
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in error.errors()]) from None
