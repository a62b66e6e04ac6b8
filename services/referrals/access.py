"""Who may do what in the referrals service."""

from typing import Annotated

from fastapi import Depends

from shared.access import Allow
from shared.auth import Actor, Role

MASH = (Role.MASH_PRACTITIONER, Role.MASH_MANAGER)
REFERRERS = (Role.REFERRER, Role.PARTNER)

CanRefer = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanDecideReferrals = Annotated[Actor, Depends(Allow(*MASH))]
CanSeeWholeReferrals = Annotated[Actor, Depends(Allow(*MASH, Role.SERVICE))]
CanSeeReferrals = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanAskPartners = Annotated[Actor, Depends(Allow(*MASH))]
CanSeeInformationRequests = Annotated[Actor, Depends(Allow(Role.PARTNER, *MASH))]
CanAskForAdvice = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanAdvise = Annotated[Actor, Depends(Allow(*MASH))]
CanSeeLinkWorkers = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH, Role.ADMINISTRATOR))]
CanChangeLinkWorkers = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER, Role.ADMINISTRATOR))]
CanCountReferrals = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER))]
CanSearchPeople = Annotated[Actor, Depends(Allow(*MASH))]
CanSeeChildren = Annotated[Actor, Depends(Allow(*MASH, Role.SERVICE))]
CanMergePeople = Annotated[Actor, Depends(Allow(*MASH))]
CanRestrict = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER))]
CanSeeRestrictions = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER, Role.SERVICE))]
CanSignDecisions = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER))]
