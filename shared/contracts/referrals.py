"""Events of the referrals service."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.event import Event
from shared.places import Area

Outcome = Literal[
    "strategy_discussion",
    "assessment",
    "thriving_families",
    "early_help",
    "signposted",
    "transferred",
    "no_further_action",
]


class ReferralSubmitted(Event):
    """A referral was received at the front door."""

    TYPE = "referrals.referral.submitted.v1"
    SUBJECT = "referral_id"

    referral_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    source: str
    """The census code of who referred, 1A to 10."""
    area: Area | None
    district: str | None
    immediate_danger: bool
    received_at: datetime
    rating_due_at: datetime
    decision_due_at: datetime
    escalation_id: UUID | None = None
    """The escalation of early help of which it was made."""


class ReferralRated(Event):
    """A referral was rated red, amber or green; the decision is due by the new time."""

    TYPE = "referrals.referral.rated.v1"
    SUBJECT = "referral_id"

    referral_id: UUID
    rating: Literal["red", "amber", "green"]
    rated_at: datetime
    decision_due_at: datetime
    family_id: UUID | None = None
    child_ids: list[UUID] = []


class ReferralAccepted(Event):
    """A person decided that the family is to have a case."""

    TYPE = "referrals.referral.accepted.v1"
    SUBJECT = "referral_id"

    referral_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    outcome: Outcome
    level: int
    area: Area | None
    district: str | None
    received_at: datetime
    decided_at: datetime
    joined_family_ids: list[UUID] = []
    """Other families of the index that share a child with this one since records were merged."""


class ReferralClosed(Event):
    """A person decided that no case is opened."""

    TYPE = "referrals.referral.closed.v1"
    SUBJECT = "referral_id"

    referral_id: UUID
    family_id: UUID
    outcome: Outcome
    level: int
    area: Area | None
    decided_at: datetime
    child_ids: list[UUID] = []
    joined_family_ids: list[UUID] = []
    """As of `ReferralAccepted`."""


class ReferralWithdrawn(Event):
    """A referral was taken back before it was decided; where the referrer alone may not, the MASH agreed."""

    TYPE = "referrals.referral.withdrawn.v1"
    SUBJECT = "referral_id"

    referral_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    area: Area | None
    rating: Literal["red", "amber", "green"] | None
    immediate_danger: bool
    withdrawn_at: datetime


class ReferralDecisionOverdue(Event):
    """A referral waits for its final decision after its due time; announced once for each due time."""

    TYPE = "referrals.referral.decision_overdue.v1"
    SUBJECT = "referral_id"

    referral_id: UUID
    area: Area | None
    rating: Literal["red", "amber", "green"] | None
    decision_due_at: datetime
    immediate_danger: bool
    family_id: UUID | None = None
    child_ids: list[UUID] = []


class ChildMerged(Event):
    """Two records are of one child: what is known under the merged id belongs to the surviving one from now on."""

    TYPE = "referrals.child.merged.v1"
    SUBJECT = "merged_child_id"

    merge_id: UUID
    surviving_child_id: UUID
    merged_child_id: UUID
    merged_at: datetime


class ChildUnmerged(Event):
    """A merge was reversed: the merged record stands for a child of its own again."""

    TYPE = "referrals.child.unmerged.v1"
    SUBJECT = "merged_child_id"

    merge_id: UUID
    surviving_child_id: UUID
    merged_child_id: UUID
    unmerged_at: datetime


class ChildCorrected(Event):
    """What is known of a child under this id changed: by a correction, a birth, a merge or its reversal. What stands
    there now is asked for."""

    TYPE = "referrals.child.corrected.v1"
    SUBJECT = "child_id"

    child_id: UUID
    family_id: UUID
    fields: list[str]
    """Which fields changed, by their names in the API."""
    born: bool
    """An unborn child has a date of birth now."""
    of_former_record: bool = False
    """Of a record that is merged into another or was until now: another speaks for it, or it for itself again."""
    corrected_at: datetime


class FamilyRestricted(Event):
    """Who may see a family was set anew; how many may shows whether it is restricted; who they are is asked for."""

    TYPE = "referrals.family.restricted.v1"
    SUBJECT = "family_id"

    family_id: UUID
    people: int
    """0: the restriction was lifted."""
    restricted_at: datetime
