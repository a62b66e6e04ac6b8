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

CanRecordContacts = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]

CanAgreeActions = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]

CanSupervise = Annotated[Actor, Depends(Allow(*ALLOCATORS))]

CanAnswerTransfers = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]

CanSeeCaseloads = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.PERFORMANCE_ANALYST))]

CanSeeWorkers = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.ADMINISTRATOR))]

CanChangeWorkers = Annotated[Actor, Depends(Allow(*MANAGERS, Role.ADMINISTRATOR))]

CanRecordAbsences = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.ADMINISTRATOR))]

CanStepCases = Annotated[Actor, Depends(Allow(*ALLOCATORS))]

CanRestrict = Annotated[Actor, Depends(Allow(*MANAGERS))]

CanSeeAccessLog = Annotated[Actor, Depends(Allow(*MANAGERS, Role.ADMINISTRATOR))]

CanSeeCeiling = Annotated[
    Actor,
    Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PERFORMANCE_ANALYST, Role.GOVERNANCE_OFFICER, Role.BOARD_MEMBER)),
]

CanKeepOutcomes = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]

CanSeeOutcomeClaims = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.PERFORMANCE_ANALYST))]

CanKeepParticipation = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]

CanCountParticipation = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PERFORMANCE_ANALYST))]

CanImport = Annotated[Actor, Depends(Allow(Role.ADMINISTRATOR))]

CanAskWhoCame = Annotated[Actor, Depends(Allow(Role.SERVICE))]

CanFlag = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]

CanSeeWhoAgesOut = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PERFORMANCE_ANALYST))]

EARLY_HELP = (*KEY_WORKERS, *ALLOCATORS, Role.PARTNER, Role.REFERRER, Role.MASH_PRACTITIONER, Role.MASH_MANAGER)
"""Our own, partners, and link workers, who sign in with a role of the MASH: each for the teams of which they are."""

CanLeadCases = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]

CanWorkInTeams = Annotated[Actor, Depends(Allow(*EARLY_HELP))]

CanSeeEscalations = Annotated[Actor, Depends(Allow(*EARLY_HELP, Role.SERVICE))]

CanSeeHandOvers = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PARTNER))]

CanAnswerHandOvers = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.PARTNER))]
