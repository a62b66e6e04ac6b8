"""Events of the governance service."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.event import Event

DecisionOutcome = Literal[
    "approved", "approved_with_conditions", "rejected", "deferred", "referred_up", "referred_back"
]

IssueKind = Literal["caseload_ceiling_exceeded", "decision_overdue", "crisis_unanswered"]


class Effect(BaseModel):
    """What a decision changes; the service concerned applies it and answers, and leaves other kinds alone."""

    kind: str = Field(pattern=r"^[a-z_]{1,40}$")
    children: int | None = Field(None, ge=1, le=100)
    """For `set_caseload_ceiling`: how many children a full-time worker may hold."""


class ProposalSubmitted(Event):
    """A proposal is before the boards."""

    TYPE = "governance.proposal.submitted.v1"
    SUBJECT = "proposal_id"

    proposal_id: UUID
    kind: str
    effect: Effect | None


class ProposalRouted(Event):
    """It is settled which bodies decide on a proposal, in which order; announced anew when a referral up adds one."""

    TYPE = "governance.proposal.routed.v1"
    SUBJECT = "proposal_id"

    proposal_id: UUID
    bodies: list[str]
    """The keys of the bodies, in the order in which they take it."""


class DecisionMade(Event):
    """A body decided on a proposal; an effect of an approval is to be applied from `effective_on`."""

    TYPE = "governance.decision.made.v1"
    SUBJECT = "decision_id"

    decision_id: UUID
    proposal_id: UUID
    meeting_id: UUID
    body: str
    outcome: DecisionOutcome
    effect: Effect | None
    decided_at: datetime
    effective_on: date


class IssueTabled(Event):
    """Something that arose from the work is on a board's agenda: announced once for each agenda."""

    TYPE = "governance.issue.tabled.v1"
    SUBJECT = "issue_id"

    issue_id: UUID
    kind: IssueKind
    about_id: UUID
    """The worker, referral or crisis, by kind."""
    body: str = Field(pattern=r"^[a-z_]{1,60}$")
    meeting_id: UUID
    meeting_on: date
    family_id: UUID | None = None
    """The family in whose chronology it stands, where what it is about has a family."""
    child_ids: list[UUID] = []
