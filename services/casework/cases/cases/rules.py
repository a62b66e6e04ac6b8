"""Who may see a case, and on which pathways nobody need be its key worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.casework.settings import READ_AFTER_CLOSURE
from services.casework.workforce.workers.rules import is_same_team
from shared.auth import Actor, Role

CLOSED = "closed"

WITHOUT_KEY_WORKER: frozenset[str] = frozenset({"early_help"})
"""Pathways on which a lead professional, often a school's, holds the family, so that it does not wait for anybody."""

WHOLE_TEAM = (Role.PRACTICE_SUPERVISOR, Role.TEAM_MANAGER, Role.AREA_MANAGER, Role.PERFORMANCE_ANALYST)


@dataclass(frozen=True)
class CaseScope:
    """What decides who may see a case."""

    area: str | None
    team: str | None
    key_worker_subject: str | None
    """Of a closed case, who held it to its end."""
    named: Sequence[frozenset[str]] = ()
    """For each service that restricts the family, whom it names."""
    days_closed: int | None = None
    """0 on the day (in London) of the closure; None while the case is open."""
    read_after_closure: timedelta = READ_AFTER_CLOSURE


def may_see_case(actor: Actor, scope: CaseScope) -> bool:
    """Managers see their area and team, and what has none yet; key workers their own, and those that they held to the
    end for some weeks more; who is both sees both.

    A restriction beats every role.

    In SQL it is `visible_to` of `cases/cases/queries.py`; `tests/services/casework/cases/test_casework_rules.py` holds
    the two together.
    """
    if not all(actor.subject in named for named in scope.named):
        return False
    own_area = actor.area is None or scope.area in (None, actor.area)
    own_team = actor.team is None or scope.team is None or is_same_team(scope.team, actor.team)
    if actor.has(*WHOLE_TEAM) and own_area and own_team:
        return True
    holds = scope.key_worker_subject == actor.subject
    if scope.days_closed is not None:
        holds = holds and scope.days_closed <= scope.read_after_closure.days
    return holds and actor.has(Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER)


PREGNANCY = timedelta(weeks=40)


def is_before_pregnancy(day: date, born_on: date | None) -> bool:
    """Whether that day is too early for anything about a child who was, or is to be, born on `born_on` (CIN 8606)."""
    return born_on is not None and day < born_on - PREGNANCY


ADULT_AT = 18
"""Years: a child is a person under 18 (Children Act 1989, s105)."""


def is_adult(day: date, born_on: date | None) -> bool:
    """From the 18th birthday on; of whoever was born on 29 February, 1 March where there is no such day."""
    if born_on is None:
        return False
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day)) >= ADULT_AT


ON_RECORD = "This does not lie before what is on record for the case already"
