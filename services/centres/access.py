"""Who may do what in the centres service; what the public may read takes `shared.access.Public`."""

from typing import Annotated

from fastapi import Depends

from shared.access import Allow
from shared.auth import Actor, Role

KEY_WORKERS = (Role.SOCIAL_WORKER, Role.FAMILY_SUPPORT_WORKER)
THEIR_MANAGERS = (Role.PRACTICE_SUPERVISOR, Role.TEAM_MANAGER, Role.AREA_MANAGER)
DUTY_ROLES = (*KEY_WORKERS, *THEIR_MANAGERS)
"""Who may be on duty for crises; which of them is on which day, a duty rota is to settle."""

CanScheduleActivities = Annotated[Actor, Depends(Allow(Role.CENTRE_COORDINATOR, Role.ADMINISTRATOR))]
CanReadActivities = Annotated[Actor, Depends(Allow(Role.CENTRE_COORDINATOR, Role.ADMINISTRATOR))]
CanReadAttendance = Annotated[Actor, Depends(Allow(Role.CENTRE_COORDINATOR))]
CanRecordAttendance = Annotated[Actor, Depends(Allow(Role.CENTRE_COORDINATOR))]
CanRaiseCrises = Annotated[Actor, Depends(Allow(*Role))]
CanReadCrises = Annotated[Actor, Depends(Allow(*DUTY_ROLES))]
CanAcknowledgeCrises = Annotated[Actor, Depends(Allow(*DUTY_ROLES))]
CanBookSessions = Annotated[Actor, Depends(Allow(*KEY_WORKERS, *THEIR_MANAGERS, Role.CENTRE_COORDINATOR))]

ITSELF = Actor("centres", frozenset({Role.SERVICE}))
"""Who did it, in the audit, where no person did: a timer."""
