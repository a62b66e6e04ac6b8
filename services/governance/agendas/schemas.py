"""What stands on an agenda."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel

from services.governance.agendas.models import Issue
from services.governance.proposals.models import Proposal
from services.governance.proposals.rules import State
from shared.contracts.governance import Effect
from shared.paging import Page
from shared.places import Area


class ProposalOnAgenda(BaseModel):
    """A proposal on which the meeting is to decide, or has decided."""

    kind: Literal["proposal"] = "proposal"
    proposal_id: UUID
    title: str
    proposal_kind: str
    state: State
    effect: Effect | None
    submitted_at: datetime

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        return cls(
            proposal_id=proposal.id,
            title=proposal.title,
            proposal_kind=proposal.kind,
            state=proposal.state,
            effect=proposal.effect,
            submitted_at=proposal.submitted_at,
        )


class CeilingExceededOnAgenda(BaseModel):
    """A worker was allocated more children than the ceiling allows; one item, however often before this meeting."""

    id: UUID
    kind: Literal["caseload_ceiling_exceeded"] = "caseload_ceiling_exceeded"
    worker_id: UUID
    area: Area
    team: str | None
    children: int
    """The worker's children after the latest allocation."""
    ceiling: float
    """The number of children that the worker may hold: the ceiling in force then, times the worker's FTE."""
    occurrences: int
    """How many allocations went over the ceiling."""
    since: datetime
    """The first of them."""

    @classmethod
    def of(cls, issue: Issue) -> Self:
        return cls(
            id=issue.id, worker_id=issue.about_id, occurrences=issue.occurrences, since=issue.since, **issue.facts
        )


class DecisionOverdueOnAgenda(BaseModel):
    """A referral waited for its final decision after its due time; one item, however many due times passed."""

    id: UUID
    kind: Literal["decision_overdue"] = "decision_overdue"
    referral_id: UUID
    area: Area | None
    rating: Literal["red", "amber", "green"] | None
    immediate_danger: bool
    decision_due_at: datetime
    """The latest due time that passed."""
    occurrences: int
    """How many due times passed: a referral that is rated anew has another."""
    since: datetime
    """The first of them."""

    @classmethod
    def of(cls, issue: Issue) -> Self:
        return cls(
            id=issue.id, referral_id=issue.about_id, occurrences=issue.occurrences, since=issue.since, **issue.facts
        )


class CrisisUnansweredOnAgenda(BaseModel):
    """Nobody acknowledged a family's crisis by its due time."""

    id: UUID
    kind: Literal["crisis_unanswered"] = "crisis_unanswered"
    crisis_id: UUID
    area: Area | None
    due_at: datetime
    occurrences: int
    since: datetime

    @classmethod
    def of(cls, issue: Issue) -> Self:
        return cls(
            id=issue.id, crisis_id=issue.about_id, occurrences=issue.occurrences, since=issue.since, **issue.facts
        )


class TimescalesMissedOnAgenda(BaseModel):
    """More of one step was missed in one area than the limit allows: more than a tenth of what fell due in 28 days,
    and at least five; one item for the step and the area, however many more are missed before this meeting."""

    id: UUID
    kind: Literal["timescales_missed"] = "timescales_missed"
    step: str
    """A code of casework's `steps`, such as `protection_visit`."""
    area: Area | None
    due_in_28_days: int
    """How many fell due in the 28 days before the latest announcement."""
    missed_in_28_days: int
    """How many of those were not done by their day, those done late included."""
    occurrences: int
    """How many were announced as missed while the limit was passed."""
    since: datetime
    """The first of those announcements."""

    @classmethod
    def of(cls, issue: Issue) -> Self:
        return cls(id=issue.id, occurrences=issue.occurrences, since=issue.since, **issue.facts)


IssueOnAgenda = CeilingExceededOnAgenda | DecisionOverdueOnAgenda | CrisisUnansweredOnAgenda | TimescalesMissedOnAgenda


class AgendaPage(Page[ProposalOnAgenda | IssueOnAgenda]):
    """Some items of an agenda; `next` is the `after` of the following page, null on the last."""


BY_KIND: Mapping[str, type[IssueOnAgenda]] = {
    "caseload_ceiling_exceeded": CeilingExceededOnAgenda,
    "decision_overdue": DecisionOverdueOnAgenda,
    "crisis_unanswered": CrisisUnansweredOnAgenda,
    "timescales_missed": TimescalesMissedOnAgenda,
}


def issue_on_agenda(issue: Issue) -> IssueOnAgenda:
    return BY_KIND[issue.kind].of(issue)
