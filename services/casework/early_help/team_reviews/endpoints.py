"""The endpoint of a team's reviews."""

from uuid import UUID

from services.casework import access
from services.casework.early_help.team_reviews import actions
from services.casework.early_help.team_reviews.schemas import NewTeamReview, TeamReviewShown
from shared.web import Session, topic_router

router = topic_router("team reviews")


@router.post("/cases/{case_id}/team-around-the-family/reviews", status_code=201)
async def hold_review(
    case_id: UUID, sent: NewTeamReview, actor: access.CanRecordEarlyHelp, session: Session
) -> TeamReviewShown:
    """Record a review with the wishes of child and family; the next is due 8 weeks later.

    `close` ends the team with it; `step_up` records that more is needed, which `/escalation` asks for. 422 where
    `held_on` is in the future or before the review before.
    """
    return TeamReviewShown.model_validate(await actions.hold_review(session, actor, case_id, sent))
