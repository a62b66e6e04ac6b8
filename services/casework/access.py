"""Who may do what in the casework service: a type for each deed, and none that both reads and writes.

Which of them guards which route, `tests/shared/test_access.py` has for every role.
"""

from typing import Annotated

from fastapi import Depends

from shared.access import Allow
from shared.auth import Actor, Role

ITSELF = Actor(subject="casework", roles=frozenset({Role.SERVICE}))
"""Who is on record for what no person did here: events and timers."""

MANAGERS = (Role.TEAM_MANAGER, Role.AREA_MANAGER)
ALLOCATORS = (Role.PRACTICE_SUPERVISOR, *MANAGERS)
KEY_WORKERS = (Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER)
EARLY_HELP = (*KEY_WORKERS, *ALLOCATORS, Role.PARTNER, Role.REFERRER, Role.MASH_PRACTITIONER, Role.MASH_MANAGER)
"""Our own, partners, and link workers, who sign in with a role of the MASH: each for the teams of which they are."""

# workforce
CanReadWorkers = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.ADMINISTRATOR))]
CanChangeWorkers = Annotated[Actor, Depends(Allow(*MANAGERS, Role.ADMINISTRATOR))]
CanReadAbsences = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.ADMINISTRATOR))]
CanRecordAbsences = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.ADMINISTRATOR))]

# cases
CanReadCases = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadRestrictions = Annotated[Actor, Depends(Allow(*MANAGERS, Role.SERVICE))]
CanReadStandings = Annotated[Actor, Depends(Allow(Role.SERVICE))]
CanRestrictFamilies = Annotated[Actor, Depends(Allow(*MANAGERS))]
CanReadAccessLog = Annotated[Actor, Depends(Allow(*MANAGERS, Role.ADMINISTRATOR))]

# record
CanReadTimescales = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadChronologies = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadContacts = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanRecordContacts = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanRecordSupervision = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanReadActions = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanAgreeActions = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanMoveActions = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanEndActions = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadFlags = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanSetFlags = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReviewFlags = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]

# allocation
CanReadCeiling = Annotated[
    Actor,
    Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PERFORMANCE_ANALYST, Role.GOVERNANCE_OFFICER, Role.BOARD_MEMBER)),
]
CanReadSuggestions = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanAllocateFamilies = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanEndAllocations = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanMoveCases = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanReadTransfers = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanTransferFamilies = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanAnswerTransfers = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadCaseloads = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.PERFORMANCE_ANALYST))]
CanReadOwnPosition = Annotated[Actor, Depends(Allow(*Role))]
CanReadKeyWorkerChanges = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.PERFORMANCE_ANALYST))]

# early help
CanReadEarlyHelp = Annotated[Actor, Depends(Allow(*EARLY_HELP))]
CanRecordEarlyHelp = Annotated[Actor, Depends(Allow(*EARLY_HELP))]
CanArrangeTeams = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadEscalations = Annotated[Actor, Depends(Allow(*EARLY_HELP, Role.SERVICE))]
CanEscalateCases = Annotated[Actor, Depends(Allow(*EARLY_HELP))]
CanReadHandOvers = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PARTNER))]
CanOfferHandOvers = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanAnswerHandOvers = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.PARTNER))]

# outcomes
CanReadStars = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanRecordStars = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadOutcomes = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanRecordOutcomes = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadOutcomeClaims = Annotated[Actor, Depends(Allow(*ALLOCATORS, Role.PERFORMANCE_ANALYST))]
CanClaimOutcomes = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadParticipation = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanCountParticipation = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PERFORMANCE_ANALYST))]
CanRecordParticipation = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanReadAgeingOut = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PERFORMANCE_ANALYST))]

# protection
STATUTORY = (Role.SOCIAL_WORKER, *ALLOCATORS)
"""Who carries out what the law demands: registered social workers, and those who lead them."""
CanReadProtection = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanRecordAssessments = Annotated[Actor, Depends(Allow(*STATUTORY))]
CanAuthoriseAssessments = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanHoldStrategyDiscussions = Annotated[Actor, Depends(Allow(*STATUTORY))]
CanRecordEnquiries = Annotated[Actor, Depends(Allow(*STATUTORY))]
CanRecordConferences = Annotated[Actor, Depends(Allow(*STATUTORY))]
CanRecordPlans = Annotated[Actor, Depends(Allow(*STATUTORY))]
CanCountPlans = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS, Role.PERFORMANCE_ANALYST))]
CanRecordCoreGroups = Annotated[Actor, Depends(Allow(*STATUTORY))]
CanRecordNeedPlans = Annotated[Actor, Depends(Allow(*STATUTORY))]
CanRecordReviews = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *ALLOCATORS))]
CanRecordCourtStages = Annotated[Actor, Depends(Allow(*STATUTORY))]

# lifecycle
CanStepCases = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanCloseCases = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanReopenCases = Annotated[Actor, Depends(Allow(*ALLOCATORS))]
CanReadCasesToJoin = Annotated[Actor, Depends(Allow(*MANAGERS))]
CanJoinCases = Annotated[Actor, Depends(Allow(*MANAGERS))]

# imports
CanReadImportColumns = Annotated[Actor, Depends(Allow(Role.ADMINISTRATOR))]
CanImport = Annotated[Actor, Depends(Allow(Role.ADMINISTRATOR))]
CanReadImportedFamilies = Annotated[Actor, Depends(Allow(Role.SERVICE))]
