"""The proposals endpoints: what is brought before the boards, and its way through them."""

from uuid import UUID

from fastapi import Response

from services.governance import access
from services.governance.proposals import actions, queries
from services.governance.proposals.schemas import NewProposal, ProposalDetails
from shared.web import ReadSession, Session, set_etag, topic_router

router = topic_router("proposals")


@router.post("/proposals", status_code=201)
async def submit_proposal(
    sent: NewProposal, actor: access.CanSubmitProposals, session: Session, response: Response
) -> ProposalDetails:
    """Bring a proposal before the boards.

    What it is and what it would change settle the `route`: which bodies decide, in which order, and why. Day-to-day
    management, communications and details of the service are the Core Group's, and so is the caseload ceiling; what is
    wider or more fundamental is the Programme Board's; what is for the County Council Management Team or Cabinet passes
    the Directorate Leadership Team first. `gates` are what must be passed before an approval.

    422 naming `/impact` where nothing is ticked and there is no effect; naming `/effect/kind` where the effect is not
    one of the list `effects` of `GET /v1/codes`.
    """
    proposal = await actions.submit_proposal(session, actor, sent)
    set_etag(response, proposal.version)
    return ProposalDetails.of(proposal, await queries.meeting_days_of(session, proposal))


@router.get("/proposals/{proposal_id}")
async def get_proposal(
    proposal_id: UUID, actor: access.CanReadGovernance, session: ReadSession, response: Response
) -> ProposalDetails:
    """A proposal with its route, its gates, every decision on it, and since when its effect is in force."""
    proposal = await queries.find_proposal(session, proposal_id)
    set_etag(response, proposal.version)
    return ProposalDetails.of(proposal, await queries.meeting_days_of(session, proposal))
