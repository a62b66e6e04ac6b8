"""What callers of the thresholds endpoint get, and what the centres service returns."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.referrals.open_cases.schemas import OpenCaseShown
from services.referrals.referrals.models import Referral
from services.referrals.referrals.rules import Status
from services.referrals.thresholds.models import KeyWorker
from services.referrals.thresholds.rules import Threshold


class CentreResponse(BaseModel):
    """A centre in the response of `GET /centres/v1/centres/nearest`; its other fields are not needed here."""

    id: UUID
    name: str


class NearestCentreResponse(BaseModel):
    """The response of `GET /centres/v1/centres/nearest`."""

    centre: CentreResponse
    distance_metres: int


class SessionResponse(BaseModel):
    """A session of a centre's public timetable."""

    id: UUID
    title: str
    audience: str
    starts_at: datetime
    minimum_age: int | None
    maximum_age: int | None


class TimetableResponse(BaseModel):
    """One page of `GET /centres/v1/centres/{id}/timetable`."""

    items: list[SessionResponse]
    next: str | None


class Offer(BaseModel):
    """A session near the family to which it may simply come."""

    session_id: UUID
    title: str
    centre: str
    distance_metres: int
    """As the crow flies, from the family's postcode to the centre's."""
    starts_at: datetime
    audience: str
    """`open` or `partner`."""
    minimum_age: int | None
    maximum_age: int | None


class NearbyOffers(BaseModel):
    """What is on near a family soon: only the next sessions."""

    offers: list[Offer]
    offers_available: bool
    """False where the centres service does not answer, or the postcode is not one of the county's."""


class RuleShown(BaseModel):
    """A rule of the threshold, and why it is met or not."""

    model_config = ConfigDict(from_attributes=True)

    rule: str
    because: str


class PreviousReferral(BaseModel):
    """An earlier referral of the same children that makes this one a re-referral."""

    referral_id: UUID
    reference: str
    received_at: datetime
    status: Status
    outcome: str | None
    level: int | None
    decided_at: datetime | None
    decided_by: str | None
    key_worker_id: UUID | None
    """Casework's worker who held the family last."""

    @classmethod
    def of(cls, referral: Referral, worker: KeyWorker | None) -> Self:
        """An outcome that is not signed off yet is none."""
        decided = referral.decided_at is not None
        return cls(
            referral_id=referral.id,
            reference=referral.reference,
            received_at=referral.received_at,
            status=referral.status,
            outcome=referral.outcome if decided else None,
            level=referral.level if decided else None,
            decided_at=referral.decided_at,
            decided_by=referral.decided_by if decided else None,
            key_worker_id=worker and worker.worker_id,
        )


class PartnerAnswer(BaseModel):
    """How a partner sees the risk."""

    model_config = ConfigDict(from_attributes=True)

    partner: str
    risk: str
    answered_at: datetime


class ExplainedThreshold(BaseModel):
    """What the rules suggest and why; a named person decides."""

    rules_version: str
    level: int
    """1 universal, 2 early help, 3 complex, 4 child protection."""
    suggested_outcome: str
    met: list[RuleShown]
    not_met: list[RuleShown]
    re_referral: bool
    previous_referrals: list[PreviousReferral]
    """Newest first."""
    previous_worker_id: UUID | None
    """Casework's worker whom the family knows, of its latest case."""
    partner_answers: list[PartnerAnswer]
    open_cases: list[OpenCaseShown]
    """Of the children and their family, who are known to the Family Support Service already; also imported ones."""
    offers: list[Offer]
    offers_available: bool | None
    """Null where the suggestion is of level 3 or 4: nothing is offered instead, and nobody was asked."""


def rules_shown(threshold: Threshold) -> tuple[list[RuleShown], list[RuleShown]]:
    """What was met and what was not."""
    met, not_met = ([RuleShown.model_validate(each) for each in side] for side in (threshold.met, threshold.not_met))
    return met, not_met
