"""By when another service answers, and who may see and answer what it was offered."""

from datetime import date

from services.casework import codes
from services.casework.cases.cases.rules import CaseScope, may_see_case
from services.casework.record.timescales.rules import is_late
from shared.auth import Actor, Role
from shared.organisations import organisation_key
from shared.working_days import add_working_days

ANSWERED_WITHIN = 5
"""Working days (local)."""

_SERVICES = {
    organisation_key(name): code for code, meaning in codes.HAND_OVER_SERVICES.items() for name in (code, meaning)
}


def answer_due_on(offered_on: date) -> date:
    """The last day on which an answer is in time."""
    return add_working_days(offered_on, ANSWERED_WITHIN)


def is_overdue(status: str, due_on: date, today: date) -> bool:
    """Whether an answer is waited for past its due day."""
    return status == "offered" and is_late(due_on, today)


def service_of(actor: Actor) -> str | None:
    """The service for which a partner answers: the `organisation` in the token is its code or its name."""
    if not actor.has(Role.PARTNER) or actor.organisation is None:
        return None
    return _SERVICES.get(organisation_key(actor.organisation))


def may_see_hand_over(actor: Actor, scope: CaseScope, service: str) -> bool:
    """Who sees the case, and the service that is asked; a restriction beats that too.

    In SQL: `visible_to` of hand_overs/queries.py; held together by
    tests/services/casework/early_help/test_early_help_rules.py.
    """
    if may_see_case(actor, scope):
        return True
    return service_of(actor) == service and all(actor.subject in named for named in scope.named)
