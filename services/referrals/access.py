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
