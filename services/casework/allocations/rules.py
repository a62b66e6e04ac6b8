"""When a family may be given to a worker."""

from typing import Literal

from services.casework.workers.rules import KEY_WORKER_ROLES

NEEDS_REGISTRATION = frozenset({"child_in_need", "child_protection", "court"})
"""Pathways whose key worker is a registered social worker (R§36)."""

Obstacle = Literal["not-a-key-worker", "registration-required"]


def obstacle_to(role: str, registration_number: str | None, pathway: str) -> Obstacle | None:
    """Why this worker cannot be key worker on this pathway; None where nothing stands against it."""
    if role not in KEY_WORKER_ROLES:
        return "not-a-key-worker"
    if pathway in NEEDS_REGISTRATION and not (role == "social_worker" and registration_number):
        return "registration-required"
    return None
