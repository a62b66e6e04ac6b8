"""Which workers there are, and who may see them."""

from dataclasses import dataclass

from shared.auth import Actor

KEY_WORKER_ROLES = frozenset({"social_worker", "family_support_worker"})


@dataclass(frozen=True)
class Post:
    """Where somebody works."""

    area: str
    team: str | None


def may_see_worker(actor: Actor, post: Post) -> bool:
    """Managers see the workers of the area and the team that their role is for; `queries.visible_to` in SQL."""
    return actor.area in (None, post.area) and actor.team in (None, post.team)
