"""The matches endpoints: is a referred child known already?"""

from uuid import UUID

from services.referrals import access
from services.referrals.matches import actions, queries
from services.referrals.matches.schemas import MatchAnswerShown, MatchesOfChild, NewMatchAnswer
from services.referrals.people.actions import record_looks
from services.referrals.referrals.queries import find_referral
from shared.paging import Page
from shared.web import AccessReason, Session, topic_router

router = topic_router("matches")


@router.get("/referrals/{referral_id}/matches")
async def list_matches(
    referral_id: UUID, actor: access.CanReadMatches, session: Session, access_reason: AccessReason = None
) -> Page[MatchesOfChild]:
    """For each child of the referral the children of the index who may be the same, the likeliest first, 10 at most.

    Each has a `score` from 0 to 1 and its reasons. A person answers; nothing is ever matched without one. Every child
    that is shown has this look on record. All children of the referral are on the one page.
    """
    referral = await find_referral(session, actor, referral_id)
    found = await queries.matches_of(session, actor, referral)
    shown = {candidate.child_id for child in found for candidate in child.candidates}
    record_looks(session, actor, "match_look", sorted(shown), access_reason)
    return Page[MatchesOfChild](items=found, next=None)


@router.post("/referrals/{referral_id}/matches/{child_id}")
async def answer_match(
    referral_id: UUID, child_id: UUID, sent: NewMatchAnswer, actor: access.CanAnswerMatches, session: Session
) -> MatchAnswerShown:
    """Record who a child of the referral is: a known child, into whose record it is merged, or none of them (null).

    The answer is on record; the latest counts. 409 `records-contradict` and `number-twice` as of `POST /merges`.
    """
    return MatchAnswerShown.model_validate(await actions.answer_match(session, actor, referral_id, child_id, sent))
