"""Which pathway a family starts on, and who may see its case."""

from dataclasses import dataclass

from shared.auth import Actor, Role
from shared.contracts.casework import Pathway

PATHWAY_AFTER: dict[str, Pathway] = {
    "strategy_discussion": "child_protection",
    "assessment": "child_in_need",
    "thriving_families": "thriving_families",
}
"""The pathway on which each accepted outcome of a referral opens a case."""

WHOLE_TEAM = (Role.PRACTICE_SUPERVISOR, Role.TEAM_MANAGER, Role.AREA_MANAGER, Role.PERFORMANCE_ANALYST)


@dataclass(frozen=True)
class Holding:
    """What decides who may see a case."""

    area: str | None
    team: str | None
    key_worker_subject: str | None


def may_see_case(actor: Actor, holding: Holding) -> bool:
    """Managers see their area and team, and what has none yet; key workers their own. `queries.visible_to` in SQL."""
    if actor.has(*WHOLE_TEAM):
        own_area = actor.area is None or holding.area in (None, actor.area)
        return own_area and (actor.team is None or holding.team in (None, actor.team))
    if actor.has(Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER):
        return holding.key_worker_subject == actor.subject
    return False
