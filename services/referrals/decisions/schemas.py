"""What callers of the decisions endpoints send and get."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.referrals import codes, examples
from services.referrals.decisions import rules
from services.referrals.decisions.models import Decision
from services.referrals.decisions.rules import DecisionState
from services.referrals.matches.schemas import UnansweredMatches
from services.referrals.open_cases.schemas import OpenCaseShown
from services.referrals.referrals.models import Referral
from services.referrals.referrals.schemas import WholeReferral
from services.referrals.thresholds.schemas import Offer, RuleShown
from shared.codes import CodeOf
from shared.days import PastInstant
from shared.fields import Reason
from shared.web import RequestBody


class NewDecision(RequestBody):
    """What a named person decides."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.DECISION]})

    outcome: Annotated[str, Field(max_length=30), CodeOf("outcomes", codes.OUTCOMES)]
    level: int = Field(ge=1, le=4)
    reason: Reason
    """More than a word where the decision departs from what the threshold suggests."""
    primary_need: Annotated[str, Field(max_length=2), CodeOf("primary_needs", codes.PRIMARY_NEEDS)] | None = None
    unanswered_matches_reason: Reason | None = None
    """Why it is decided although a strong match of a child waits for its answer."""
    decided_at: PastInstant | None = None


class NewSignature(RequestBody):
    """A second person's answer to a decision."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.SIGNATURE]})

    agreed: bool
    reason: Reason
    signed_at: PastInstant | None = None


class NamedLinkWorker(BaseModel):
    """Whom the referrer's organisation turns to."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    email: str | None
    phone: str | None


class DecidedReferral(WholeReferral):
    """The whole referral with its decision, and what the family is offered with one that opens no case."""

    signature_because: str | None = None
    """Why a second person must sign; until then no decision is in force and nothing is announced. `second_person_signs`
    gives no cause."""
    offers: list[Offer] = []
    offers_available: bool | None = None
    """False where the centres service does not answer or the postcode is not known; null where nothing is offered."""

    @classmethod
    def of(cls, referral: Referral, decision: Decision) -> Self:
        added = {
            "signature_because": decision.signature_because,
            "offers": [Offer.model_validate(each) for each in decision.offers],
            "offers_available": decision.offers_available,
        }
        return cls.model_validate(referral).model_copy(update=added)


class SignatureShown(BaseModel):
    """The second person's answer."""

    model_config = ConfigDict(from_attributes=True)

    agreed: bool
    reason: str
    signed_at: datetime
    signed_by: str


class DecisionShown(BaseModel):
    """A decision as it was made: by whom, and what the rules suggested at that moment."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    state: DecisionState
    outcome: str
    level: int
    reason: str
    primary_need: str | None
    unanswered_matches: list[UnansweredMatches]
    """Strong matches that nobody had answered when it was decided."""
    unanswered_matches_reason: str | None
    open_cases: list[OpenCaseShown]
    """As they stood when it was decided, as far as the caller may see them now; none with decisions of before they were
    kept."""
    decided_at: datetime
    decided_by: str
    departs: bool
    """From what was suggested."""
    suggested_level: int
    suggested_outcome: str
    rules_version: str
    facts: dict[str, Any]
    """What the rules went by, as it was then."""
    met: list[RuleShown]
    not_met: list[RuleShown]
    offers: list[Offer]
    offers_available: bool | None
    link_worker: NamedLinkWorker | None
    signature_because: str | None
    signature: SignatureShown | None

    @classmethod
    def of(cls, row: Decision, visible_cases: Collection[UUID]) -> Self:
        """For a reader who may see these of its open cases: no other leaves a trace."""
        shown = cls.model_validate(row)
        open_cases = [each for each in shown.open_cases if each.case_id in visible_cases]
        because = rules.signature_because_shown(row.signature_because, len(row.open_cases), len(open_cases))
        facts = dict(row.facts)
        if row.open_cases:
            facts["open_pathways"] = sorted(each.pathway for each in open_cases)
        return shown.model_copy(update={"open_cases": open_cases, "signature_because": because, "facts": facts})
