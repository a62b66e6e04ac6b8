"""Who may do what in the casework service."""

from typing import Annotated

from fastapi import Depends

from shared.access import Allow
from shared.auth import Actor, Role

ITSELF = Actor(subject="casework", roles=frozenset({Role.SERVICE}))
"""Who is on record for what no person did here: events and timers."""

MANAGERS = (Role.TEAM_MANAGER, Role.AREA_MANAGER)
ALLOCATORS = (Role.PRACTICE_SUPERVISOR, *MANAGERS)
KEY_WORKERS = (Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER)

CanSeeCases = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanAllocate = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanSeeCaseloads = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.PERFORMANCE_ANALYST))]
CanSeeWorkers = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.ADMINISTRATOR))]
CanChangeWorkers = Annotated[Actor, Depends(Allow(*MANAGERS, Role.ADMINISTRATOR))]
CanSeeCeiling = Annotated[
    Actor,
    Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PERFORMANCE_ANALYST, Role.GOVERNANCE_OFFICER, Role.BOARD_MEMBER)),
]
