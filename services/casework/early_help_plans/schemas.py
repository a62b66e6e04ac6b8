"""What callers of the endpoints for assessments, actions and reviews of a team send."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.casework.early_help.schemas import Outcome, Words
from shared.days import Day
from shared.web import RequestBody


class Wishes(RequestBody):
    """What child and family say and want, in their words as far as may be (R§29, R§37)."""

    child: Words
    family: Words


class Domain(RequestBody):
    """Strengths and needs in one domain."""

    strengths: Words
    needs: Words


class Domains(RequestBody):
    """The three domains; an assessment is complete when each is written."""

    development: Domain | None = None
    parents_and_carers: Domain | None = None
    family_and_environment: Domain | None = None


class CafWritten(RequestBody):
    """A Common Assessment Framework as far as it is written; `completed_on` completes it, and it stays as it is."""

    started_on: Day
    child_ids: Annotated[list[UUID], Field(max_length=30)] = Field(default_factory=list)
    """Of whom; none: of all children of the case."""
    domains: Domains = Field(default_factory=Domains)
    wishes: Wishes | None = None
    completed_on: Day | None = None


class NewAction(RequestBody):
    """What a member is to do by a day."""

    owner_id: UUID
    words: Words
    due_on: Day
    agreed_on: Day | None = None


class NewOutcome(RequestBody):
    """The action is done; `reason_late` where it was due before."""

    done_on: Day | None = None
    words: Words | None = None
    reason_late: Words | None = None


class NewCancellation(RequestBody):
    """The action need not be done any more."""

    reason: Words


class NewReview(RequestBody):
    """A review of the team's work; the next one is due 8 weeks later unless the team ends with this one."""

    held_on: Day
    attended: Annotated[list[UUID], Field(min_length=1, max_length=30)]
    """Members."""
    family_attended: bool
    wishes: Wishes
    summary: Words
    outcome: Outcome
    """`step_up` only says what was found: ask the front door by `/escalation`."""
    reason_late: Words | None = None
