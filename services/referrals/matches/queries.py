"""Which known children the children of a referral may be."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.matches.models import MatchAnswer
from services.referrals.matches.schemas import MatchAnswerShown, MatchesOfChild, StrongMatch, UnansweredMatches
from services.referrals.people import queries as people
from services.referrals.people.models import Child
from services.referrals.people.rules import STRONG, WORTH_A_LOOK
from services.referrals.referrals.models import Referral
from shared.auth import Actor

MOST_CANDIDATES = 10


async def matches_of(session: AsyncSession, actor: Actor, referral: Referral) -> list[MatchesOfChild]:
    """For each child of the referral the likeliest others of the index, the other children of the referral too."""
    surviving = await people.surviving_ids(session, [child.id for child in referral.children])
    answers = await _last_answers(session, referral.id)
    return [
        await _matches_of_child(session, actor, child, surviving[child.id], answers.get(child.id))
        for child in referral.children
    ]


async def _matches_of_child(
    session: AsyncSession, actor: Actor, child: Child, surviving_id: UUID, answer: MatchAnswer | None
) -> MatchesOfChild:
    asked = await people.description_of(session, child)
    found = await people.candidates(
        session, actor, asked, most=MOST_CANDIDATES, least_score=WORTH_A_LOOK, without={child.id, surviving_id}
    )
    return MatchesOfChild(
        child_id=child.id,
        surviving_child_id=surviving_id,
        candidates=found,
        answer=answer and MatchAnswerShown.model_validate(answer),
    )


async def unanswered_strong_matches(session: AsyncSession, actor: Actor, referral: Referral) -> list[UnansweredMatches]:
    """The children of a referral for whom nobody has answered yet and who have strong matches, with these.

    Children who are named together in one referral are no match of each other: the referrer knows them as two.
    """
    answers = await _last_answers(session, referral.id)
    open_children = [child for child in referral.children if child.id not in answers and not child.merged_into_id]
    together = {child.id for child in referral.children} | {
        child.merged_into_id for child in referral.children if child.merged_into_id
    }
    unanswered = []
    for child in open_children:
        asked = await people.description_of(session, child)
        found = await people.candidates(
            session, actor, asked, most=MOST_CANDIDATES, least_score=STRONG, without=together
        )
        if found:
            strong = [StrongMatch(child_id=each.child_id, score=each.score) for each in found]
            unanswered.append(UnansweredMatches(child_id=child.id, candidates=strong))
    return unanswered


async def _last_answers(session: AsyncSession, referral_id: UUID) -> dict[UUID, MatchAnswer]:
    rows = select(MatchAnswer).where(MatchAnswer.referral_id == referral_id)
    ordered = await session.scalars(rows.order_by(MatchAnswer.answered_at, MatchAnswer.id))
    return {answer.child_id: answer for answer in ordered}
