"""The lists of codes that the governance service takes and gives, and the route that publishes them."""

from typing import Any

from shared.access import SignedIn
from shared.codes import Codes
from shared.web import topic_router

router = topic_router("codes")

EFFECTS: Codes = {
    "set_caseload_ceiling": "Sets the number of children that a full-time worker may hold",
}
"""What an approval can change by itself; more come with the services that apply them."""

ROUTE_ROLES: Codes = {
    "decides": "The body decides, in its turn",
    "critical_friend": "The body gives its view",
    "noted": "The body is informed",
}

GATES: Codes = {
    "public_consultation": "A completed public consultation (Childcare Act 2006 s5D)",
    "four_considerations": "The four considerations of the cabinet report of 2015, paragraph 84, on record",
    "impact_assessment": "A service and community impact assessment (Equality Act 2010 s149)",
}

PROPOSAL_STATES: Codes = {
    "routed": "Waits for the decision of the body whose turn it is",
    "approved": "Every body on its route approved it",
    "in_force": "Its effect has been applied",
    "superseded": "Its effect was in force until a later decision replaced it",
    "rejected": "A body rejected it",
    "referred_back": "A body sent it back to its proposer, who may bring it anew",
}

OUTCOMES: Codes = {
    "approved": "Approved; goes to the next body on the route, or takes effect",
    "approved_with_conditions": "Approved under conditions that are on record",
    "rejected": "Rejected",
    "deferred": "Stays with this body for its next meeting",
    "referred_up": "Goes to the next higher body: Core Group, Programme Board, Directorate Leadership Team",
    "referred_back": "Goes back to its proposer; this round is over",
}

MEETING_KINDS: Codes = {
    "ordinary": "By the body's cadence",
    "extraordinary": "Called for a reason",
}

ISSUES: Codes = {
    "caseload_ceiling_exceeded": "A worker was allocated more children than the ceiling allows",
    "decision_overdue": "A referral had no decision by the time by which it was due",
    "crisis_unanswered": "Nobody acknowledged a family's crisis by its due time",
    "timescales_missed": "More of one step was missed in an area in 28 days than the limit allows",
}
"""What the work itself puts on an agenda, by event."""

ALL: dict[str, Codes] = {
    "effects": EFFECTS,
    "route_roles": ROUTE_ROLES,
    "gates": GATES,
    "proposal_states": PROPOSAL_STATES,
    "outcomes": OUTCOMES,
    "meeting_kinds": MEETING_KINDS,
    "issues": ISSUES,
}


@router.get("/codes")
async def list_codes(actor: SignedIn) -> dict[str, dict[str, Any]]:
    """Every list of codes that this service takes or gives, with the meaning of each code."""
    return {name: dict(each) for name, each in ALL.items()}
