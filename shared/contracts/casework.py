"""Events of the casework service."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Event
from shared.places import Area

Pathway = Literal["early_help", "thriving_families", "child_in_need", "child_protection", "court"]


class CaseOpened(Event):
    """A family is open to the Family Support Service."""

    TYPE = "casework.case.opened.v1"
    SUBJECT = "case_id"

    case_id: UUID
    referral_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    pathway: Pathway
    area: Area | None
    opened_on: date


class CaseAllocated(Event):
    """A family has its key worker."""

    TYPE = "casework.case.allocated.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    worker_id: UUID
    area: Area
    children: int
    starts_on: date


class CaseReferralJoined(Event):
    """A referral was accepted for a family that is open already: it joined the family's case."""

    TYPE = "casework.case.referral_joined.v1"
    SUBJECT = "case_id"

    case_id: UUID
    referral_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    """All children of the case, those who came with this referral among them."""
    pathway: Pathway
    area: Area | None
    joined_on: date
    joined_family_id: UUID | None = None
    """The id under which the family came this time."""


class CasePathwayChanged(Event):
    """A family was stepped up or down."""

    TYPE = "casework.case.pathway_changed.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    pathway_before: Pathway
    pathway: Pathway
    area: Area | None
    changed_on: date


class CaseTransferred(Event):
    """A family has another key worker."""

    TYPE = "casework.case.transferred.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    worker_id_before: UUID
    worker_id: UUID
    area_before: Area | None
    area: Area | None
    children: int
    transferred_on: date


class CaseClosed(Event):
    """A family is not open to the Family Support Service any more."""

    TYPE = "casework.case.closed.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    pathway: Pathway
    """The last one."""
    area: Area | None
    closure: Literal["RC1", "RC2", "RC3", "RC4", "RC5", "RC6", "RC7", "RC8", "RC9"]
    """The code of the children in need census."""
    closed_on: date


class CaseReopened(Event):
    """A closed case is open again."""

    TYPE = "casework.case.reopened.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    pathway: Pathway
    area: Area | None
    reopened_on: date


class CaseJoined(Event):
    """Two open cases were found to be of one family: this one is not open any more, and its work goes on in the
    other."""

    TYPE = "casework.case.joined.v1"
    SUBJECT = "case_id"

    case_id: UUID
    into_case_id: UUID
    family_id: UUID
    """Of the case that was joined into the other; so are its children, pathway and area."""
    child_ids: list[UUID]
    pathway: Pathway
    """The last one."""
    area: Area | None
    joined_on: date


class CaseChildrenChanged(Event):
    """Another case was joined into this one, which has its children too from now on; or that was reversed."""

    TYPE = "casework.case.children_changed.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    """All children of the case from now on."""
    pathway: Pathway
    area: Area | None
    changed_on: date


class CaseImported(Event):
    """A case came from an older system: the index of people asks who the family is."""

    TYPE = "casework.case.imported.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    pathway: Pathway
    area: Area | None
    opened_on: date


class FamilyRestricted(Event):
    """Who may see a family was set anew; how many may shows whether it is restricted; who they are is asked for."""

    TYPE = "casework.family.restricted.v1"
    SUBJECT = "family_id"

    family_id: UUID
    people: int
    """0: the restriction was lifted."""
    restricted_at: datetime


class CaseStandingChanged(Event):
    """How a case stands is to be asked anew: it has another area, its key worker's part ended or has another name, or
    it was open before anybody asked."""

    TYPE = "casework.case.standing_changed.v1"
    SUBJECT = "case_id"

    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    pathway: Pathway
    area: Area | None


class AssessmentCompleted(Event):
    """An assessment under s17 was completed; another person has still to authorise it."""

    TYPE = "casework.assessment.completed.v1"
    SUBJECT = "assessment_id"

    assessment_id: UUID
    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    """Whom it is about."""
    pathway: Pathway
    area: Area | None
    outcome: Literal[
        "child_in_need_plan",
        "strategy_discussion",
        "thriving_families",
        "early_help",
        "other_service",
        "no_further_action",
    ]
    completed_on: date


class ConferenceHeld(Event):
    """A child protection conference was held."""

    TYPE = "casework.conference.held.v1"
    SUBJECT = "conference_id"

    conference_id: UUID
    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    """Whom it was about."""
    pathway: Pathway
    """Before it."""
    area: Area | None
    kind: Literal["initial", "review", "transfer_in"]
    held_on: date


class ProtectionPlanStarted(Event):
    """A child has a child protection plan from a day on."""

    TYPE = "casework.protection_plan.started.v1"
    SUBJECT = "plan_id"

    plan_id: UUID
    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    """The one child, under the id that it has in the case."""
    pathway: Pathway
    area: Area | None
    category: Literal["NEG", "PHY", "SAB", "EMO"]
    started_on: date


class ProtectionPlanEnded(Event):
    """A child protection plan is not in force any more."""

    TYPE = "casework.protection_plan.ended.v1"
    SUBJECT = "plan_id"

    plan_id: UUID
    case_id: UUID
    family_id: UUID
    child_ids: list[UUID]
    pathway: Pathway
    area: Area | None
    ended_by: Literal["review_conference", "transfer_in_conference", "moved_out", "died", "turned_18"]
    ended_on: date


class EarlyHelpEscalated(Event):
    """A Team Around the Family asks the front door for more: the front door asks what about, and makes a referral."""

    TYPE = "casework.early_help.escalated.v1"
    SUBJECT = "escalation_id"

    escalation_id: UUID
    case_id: UUID
    referral_id: UUID
    """The one that opened the case."""
    family_id: UUID
    child_ids: list[UUID]
    immediate_danger: bool
    escalated_at: datetime


class TimescaleMissed(Event):
    """Something that was due in a case by the end of a day was not done by then: announced once for each due day."""

    TYPE = "casework.timescale.missed.v1"
    SUBJECT = "timescale_id"

    timescale_id: UUID
    case_id: UUID
    child_id: UUID | None
    step: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    area: Area | None
    worker_id: UUID | None
    due_on: date
    due_in_28_days: int | None = Field(None, ge=0)
    """How many of this step fell due in this area in the 28 days before the announcement, this one included."""
    missed_in_28_days: int | None = Field(None, ge=0)
    """How many of those were not done by their day, those done late included."""


class CaseloadCeilingExceeded(Event):
    """A worker holds more children than the ceiling allows: a manager allocated them and recorded why, or they came to
    a family that the worker holds."""

    TYPE = "casework.caseload.ceiling_exceeded.v1"
    SUBJECT = "worker_id"

    worker_id: UUID
    case_id: UUID
    area: Area
    team: str | None
    children: int
    """The worker's children with this case."""
    ceiling: Decimal
    """The ceiling in force times the worker's FTE."""
    allocated_at: datetime
    """Or when the children came to the family."""


class CeilingChanged(Event):
    """Casework applied a decision: this is the caseload ceiling from now on."""

    TYPE = "casework.ceiling.changed.v1"
    SUBJECT = "decision_id"

    decision_id: UUID
    proposal_id: UUID
    children: int
    in_force_since: datetime
