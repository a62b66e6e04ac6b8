"""Who is on which side of a transfer, and what each may answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.casework.access import ALLOCATORS, KEY_WORKERS
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
    """Whoever allocates for the worker's area and team, or the worker.

    In SQL it is `is_of_side` of `allocation/transfers/queries.py`;
    `tests/services/casework/allocation/test_transfers.py` holds the two together.
    """
    if actor.has(*ALLOCATORS) and may_see_worker(actor, side.scope):
        return True
    return actor.has(*KEY_WORKERS) and side.subject is not None and side.subject == actor.subject


def may_revoke(actor: Actor, giving: Side, offered_by: str) -> bool:
    """Whoever offered it, or allocates on the giving side; not the key worker who gives the family away."""
    return actor.has(*ALLOCATORS) and (actor.subject == offered_by or may_see_worker(actor, giving.scope))
