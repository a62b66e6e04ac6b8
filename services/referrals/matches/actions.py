"""A person identifies a referred child."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.matches.models import MatchAnswer
from services.referrals.matches.schemas import NewMatchAnswer
from services.referrals.merges.actions import merge_children
from services.referrals.referrals.queries import find_referral
from shared import audit, clock
from shared.auth import Actor
from shared.problems import NotFound


async def answer_match(
    session: AsyncSession, actor: Actor, referral_id: UUID, child_id: UUID, sent: NewMatchAnswer
) -> MatchAnswer:
    """Record the answer; a child who is known already is merged into the known record."""
    referral = await find_referral(session, actor, referral_id, lock=True)
    if child_id not in {child.id for child in referral.children}:
        raise NotFound("child", child_id)
    matched_id, merge_id = sent.matched_child_id, None
    if matched_id:
        merge = await merge_children(
            session, actor, matched_id, child_id, sent.reason, recorded_twice=sent.recorded_twice
        )
        merge_id = merge.id
    answer = MatchAnswer(
        referral_id=referral.id,
        child_id=child_id,
        matched_child_id=matched_id,
        merge_id=merge_id,
        reason=sent.reason,
        answered_by=actor.subject,
        answered_at=clock.now(),
    )
    session.add(answer)
    matched = str(matched_id) if matched_id else None
    audit.record(session, actor, "match_answer", "child", child_id, referral_id=str(referral.id), matched_id=matched)
    return answer
