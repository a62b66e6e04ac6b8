"""Who gives, who receives, and what makes two plans for a caseload the same."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal
from uuid import UUID

from services.casework.access import ALLOCATORS, KEY_WORKERS
from services.casework.allocation.allocations.rules import Assignment
from services.casework.workforce.workers.rules import Scope, may_see_worker
from shared.auth import Actor

Status = Literal["offered", "accepted", "rejected", "revoked", "withdrawn"]

Answer = Literal["accept", "reject", "revoke"]

STATUS_AFTER: Mapping[Answer, Status] = {"accept": "accepted", "reject": "rejected", "revoke": "revoked"}


@dataclass(frozen=True)
class Side:
    """The worker on one side of a transfer."""

    scope: Scope
    subject: str | None


def is_of_side(actor: Actor, side: Side) -> bool:
    """Whoever allocates for the worker's area and team, or the worker; `queries.is_of_side` in SQL."""
    if actor.has(*ALLOCATORS) and may_see_worker(actor, side.scope):
        return True
    return actor.has(*KEY_WORKERS) and side.subject is not None and side.subject == actor.subject


def may_revoke(actor: Actor, giving: Side, offered_by: str) -> bool:
    """Whoever offered it, or allocates on the giving side; not the key worker who gives the family away."""
    return actor.has(*ALLOCATORS) and (actor.subject == offered_by or may_see_worker(actor, giving.scope))


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
