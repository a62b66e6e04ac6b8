"""By when a Team Around the Family is reviewed, and who may see its record."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.casework.cases.cases.rules import CaseScope, may_see_case
from services.casework.record.timescales.rules import due_on
from shared.auth import Actor, Role
from shared.organisations import organisation_key

PARTNERS = (Role.PARTNER, Role.REFERRER)

CONSENT_WITHDRAWN = "consent_withdrawn"
"""The reason for a team's end after which its members see its record no longer: early help is voluntary."""


def review_due_on(day: date) -> date:
    """The last day in time for the review that follows the start or the review before."""
    return due_on("taf_review", day)


@dataclass(frozen=True)
class MemberIdentity:
    """By what a present member is recognised."""

    subject: str | None
    worker_subject: str | None
    """Of one of our own workers, who is no partner."""
    is_worker: bool
    organisation_key: str


def stands_for(actor: Actor, member: MemberIdentity) -> bool:
    """Whether the actor is the member: by name, or, where no person is named, as one of a partner's organisation.

    In SQL: `_stood_for_by` of family_teams/queries.py.
    """
    if actor.subject in (member.subject, member.worker_subject):
        return True
    if member.subject or member.is_worker or not actor.has(*PARTNERS) or actor.organisation is None:
        return False
    return organisation_key(actor.organisation) == member.organisation_key


def may_see_team(actor: Actor, scope: CaseScope, members: Iterable[MemberIdentity]) -> bool:
    """Who sees the case, and who is of the team while the family agrees to it; a restriction beats that too.

    `members` are those who have not left. In SQL: `visible_to` of family_teams/queries.py; held together by
    tests/services/casework/early_help/test_early_help_rules.py.
    """
    if may_see_case(actor, scope):
        return True
    named = all(actor.subject in each for each in scope.named)
    return named and any(stands_for(actor, member) for member in members)
