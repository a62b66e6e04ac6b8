"""Who may do what in the governance service."""

from typing import Annotated

from fastapi import Depends

from shared.access import Allow
from shared.auth import Actor, Role

MANAGERS = (Role.TEAM_MANAGER, Role.AREA_MANAGER, Role.PRACTICE_SUPERVISOR)
READERS = (Role.GOVERNANCE_OFFICER, Role.BOARD_MEMBER, Role.ADMINISTRATOR, Role.PERFORMANCE_ANALYST, *MANAGERS)

CanReadGovernance = Annotated[Actor, Depends(Allow(*READERS))]
CanCallMeetings = Annotated[Actor, Depends(Allow(Role.GOVERNANCE_OFFICER, Role.ADMINISTRATOR))]
CanAppointMembers = Annotated[Actor, Depends(Allow(Role.GOVERNANCE_OFFICER, Role.ADMINISTRATOR))]
CanSubmitProposals = Annotated[
    Actor, Depends(Allow(Role.GOVERNANCE_OFFICER, Role.BOARD_MEMBER, Role.AREA_MANAGER, Role.TEAM_MANAGER))
]
CanRecordDecisions = Annotated[Actor, Depends(Allow(Role.GOVERNANCE_OFFICER, Role.BOARD_MEMBER))]

ITSELF = Actor("governance", frozenset({Role.SERVICE}))
"""Who did it, in the audit, where no person did: a timer or an event."""
