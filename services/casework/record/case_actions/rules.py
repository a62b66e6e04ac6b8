"""When an action is open, by when it may be due, and who sees it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from services.casework.cases.cases.rules import CaseScope, may_see_case
from services.casework.record.timescales import rules as timescales
from shared.auth import Actor

Status = Literal["due", "overdue", "met", "met_late", "cancelled", "lapsed"]

OPEN: Sequence[Status] = ("due", "overdue")

DUE_WITHIN_YEARS = 2
"""Local: a due day further ahead is a slip of the pen."""


def latest_due(agreed_on: date) -> date:
    """The last day on which an action that was agreed on a day may be due; leap days are not counted exactly."""
    return agreed_on + timedelta(days=DUE_WITHIN_YEARS * 366)


def status_of(due_on: date, met_on: date | None, ended_on: date | None, cancelled: bool, today: date) -> Status:
    """An action lapses where its case is closed before it is done."""
    if met_on is None and ended_on is not None:
        return "cancelled" if cancelled else "lapsed"
    return timescales.status_of(due_on, met_on, today)


def may_see_action(actor: Actor, scope: CaseScope, owner_subject: str | None) -> bool:
    """Who may see the case, and who is to do it; a restriction of the family beats that too.

    In SQL it is `visible_to` of `record/case_actions/queries.py`; `tests/services/casework/record/test_actions.py`
    holds the two together.
    """
    named = all(actor.subject in each for each in scope.named)
    return may_see_case(actor, scope) or (named and owner_subject == actor.subject)
