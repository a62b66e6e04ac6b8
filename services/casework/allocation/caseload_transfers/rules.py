"""Who gets which family of a worker, and what makes two plans for a caseload the same."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from uuid import UUID

from services.casework.allocation.allocations.rules import Candidate, Family, Suggestion, ranked
from services.casework.workforce.workers.rules import NEEDS_REGISTRATION


@dataclass(frozen=True)
class Assignment:
    """A family that would go to the best of its workers; or, where not `placed`, to nobody, and why not even there."""

    case_id: UUID
    family: Family
    best: Suggestion | None
    placed: bool


def assign(families: Mapping[UUID, Family], candidates: Iterable[Candidate], *, over_ceiling: bool) -> list[Assignment]:
    """Give several families to several workers, each to the first of its own ranking, who then has so much less room.

    First choose the families that are hardest to place: those that need registration, then those with most children.
    Only with `over_ceiling` does a family for which nobody has room go to the best without an obstacle.
    """
    hands = {each.worker_id: each for each in candidates}
    plan = []
    for case_id, family in sorted(families.items(), key=_hardest_first):
        best = next(iter(ranked(family, hands.values())), None)
        placed = best is not None and not best.obstacles and (best.fits or over_ceiling)
        if best and placed:
            hands[best.candidate.worker_id] = replace(best.candidate, children=best.would_hold)
        plan.append(Assignment(case_id, family, best, placed))
    return plan


def _hardest_first(item: tuple[UUID, Family]) -> tuple[bool, int, UUID]:
    case_id, family = item
    return (family.pathway not in NEEDS_REGISTRATION, -family.children, case_id)


def digest_of(worker_id: UUID, starts_on: date, plan: Sequence[Assignment], versions: dict[UUID, int]) -> str:
    """What is sent to have a plan carried out: another one as soon as anything in the plan would be different."""
    rows = [
        [
            str(each.case_id),
            versions[each.case_id],
            str(each.best.candidate.worker_id) if each.best and each.placed else None,
            each.best.would_hold if each.best else None,
            str(each.best.candidate.ceiling) if each.best else None,
        ]
        for each in plan
    ]
    return sha256(json.dumps([str(worker_id), starts_on.isoformat(), rows]).encode()).hexdigest()
