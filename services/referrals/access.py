"""Who may do what in the referrals service: a type for each deed, and none that both reads and writes."""

from typing import Annotated

from fastapi import Depends

from shared.access import Allow
from shared.auth import Actor, Role
from shared.organisations import organisation_key
from shared.problems import InvalidBody

MASH = (Role.MASH_PRACTITIONER, Role.MASH_MANAGER)
REFERRERS = (Role.REFERRER, Role.PARTNER)

THE_SERVICE = Actor("referrals", frozenset({Role.SERVICE}))
"""Who acts where no person does: on an event, and by a timer."""


def require_own_organisation(actor: Actor, named: str, field: str) -> None:
    """A referrer names the own organisation alone, where the token has one; the MASH enters what others report."""
    if actor.has(*MASH) or actor.organisation is None:
        return
    if organisation_key(named) != organisation_key(actor.organisation):
        raise InvalidBody(field, "not-own-organisation", "Name your own organisation, as your sign-in has it")


CanReadReferrals = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanReadWholeReferrals = Annotated[Actor, Depends(Allow(*MASH, Role.SERVICE))]
CanReadChangeLog = Annotated[Actor, Depends(Allow(*MASH))]
CanCountReferrals = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER))]
CanSubmitReferrals = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanRateReferrals = Annotated[Actor, Depends(Allow(*MASH))]
CanPlaceReferrals = Annotated[Actor, Depends(Allow(*MASH))]
CanConfirmOrganisations = Annotated[Actor, Depends(Allow(*MASH))]
CanAcknowledgeReferrals = Annotated[Actor, Depends(Allow(*MASH))]
CanAmendReferrals = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanWithdrawReferrals = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanDecideWithdrawals = Annotated[Actor, Depends(Allow(*MASH))]

CanReadDrafts = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanWriteDrafts = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]

CanReadThresholds = Annotated[Actor, Depends(Allow(*MASH))]
CanReadDecisions = Annotated[Actor, Depends(Allow(*MASH))]
CanDecideReferrals = Annotated[Actor, Depends(Allow(*MASH))]
CanSignDecisions = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER))]

CanReadInformationRequests = Annotated[Actor, Depends(Allow(Role.PARTNER, *MASH))]
CanReadRequestsOfReferral = Annotated[Actor, Depends(Allow(*MASH))]
CanAskPartners = Annotated[Actor, Depends(Allow(*MASH))]
CanAnswerInformationRequests = Annotated[Actor, Depends(Allow(Role.PARTNER, *MASH))]
CanCorrectAnswers = Annotated[Actor, Depends(Allow(Role.PARTNER, *MASH))]

CanReadConsultations = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanAskForAdvice = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH))]
CanAdvise = Annotated[Actor, Depends(Allow(*MASH))]

CanReadLinkWorkers = Annotated[Actor, Depends(Allow(*REFERRERS, *MASH, Role.ADMINISTRATOR))]
CanChangeLinkWorkers = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER, Role.ADMINISTRATOR))]

CanSearchPeople = Annotated[Actor, Depends(Allow(*MASH))]
CanReadFamilies = Annotated[Actor, Depends(Allow(*MASH, Role.SERVICE))]
CanReadChildren = Annotated[Actor, Depends(Allow(*MASH, Role.SERVICE))]
CanReadCorrections = Annotated[Actor, Depends(Allow(*MASH))]
CanCorrectChildren = Annotated[Actor, Depends(Allow(*MASH))]
CanReadMatches = Annotated[Actor, Depends(Allow(*MASH))]
CanAnswerMatches = Annotated[Actor, Depends(Allow(*MASH))]
CanMergePeople = Annotated[Actor, Depends(Allow(*MASH))]
CanReverseMerges = Annotated[Actor, Depends(Allow(*MASH))]

CanReadRestrictions = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER, Role.SERVICE))]
CanRestrictFamilies = Annotated[Actor, Depends(Allow(Role.MASH_MANAGER))]
