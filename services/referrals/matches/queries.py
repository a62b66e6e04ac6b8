"""Which known children the children of a referral may be."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.referrals.matches.models import MatchAnswer
from services.referrals.matches.schemas import MatchAnswerShown, MatchesOfChild
from services.referrals.people import queries as people
from services.referrals.people.models import Child
from services.referrals.people.rules import WORTH_A_LOOK
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


async def _last_answers(session: AsyncSession, referral_id: UUID) -> dict[UUID, MatchAnswer]:
    rows = select(MatchAnswer).where(MatchAnswer.referral_id == referral_id)
    ordered = await session.scalars(rows.order_by(MatchAnswer.answered_at, MatchAnswer.id))
    return {answer.child_id: answer for answer in ordered}
