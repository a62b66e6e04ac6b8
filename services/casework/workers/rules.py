"""Which workers there are, which of them count as key workers, and who may see them."""

from dataclasses import dataclass

from shared.auth import Actor

KEY_WORKER_ROLES = frozenset({"social_worker", "family_support_worker"})


@dataclass(frozen=True)
class Scope:
    """Where somebody works."""

    area: str
    team: str | None


def may_see_worker(actor: Actor, scope: Scope) -> bool:
    """Managers see the workers of the area and the team that their role is for; `queries.visible_to` in SQL."""
    return actor.area in (None, scope.area) and actor.team in (None, scope.team)


def is_counted(role: str, in_post: bool) -> bool:
    """Whether a worker counts among the key workers over whom caseloads are spread, with or without a family."""
    return in_post and role in KEY_WORKER_ROLES
