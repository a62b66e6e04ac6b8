"""The whole picture of a case under the law, in one answer."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.casework.protection.assessments.schemas import AssessmentOfNeedShown
from services.casework.protection.court_stages.rules import Standing
from services.casework.protection.enquiries.schemas import EnquiryShown
from services.casework.protection.protection_plans.schemas import PlanShown
from services.casework.protection.strategy_discussions.schemas import ParticipantShown
from services.casework.record.timescales.schemas import TimescaleShown
from shared.contracts.casework import Pathway


class NeedPlanInForce(BaseModel):
    """A child in need plan that is in force for a child."""

    id: UUID
    started_on: date
    goals: list[str]


class ChildProtected(BaseModel):
    """How one child of the case stands."""

    child_id: UUID
    given_name: str
    family_name: str
    plan: PlanShown | None
    """The protection plan in force, with when the child was last seen and what is due next."""
    previous_plans: int
    need_plan: NeedPlanInForce | None
    court: Standing
    last_seen_on: date | None
    last_seen_alone_on: date | None
    core_group: list[ParticipantShown]
    """Who was present when it met last; before that, at the conference that began the plan."""


class ProtectionOverview(BaseModel):
    """What is open under the law in a case, child by child, and what is due."""

    case_id: UUID
    pathway: Pathway
    children: list[ChildProtected]
    assessments: list[AssessmentOfNeedShown]
    """Those that are open or wait for their authorisation."""
    enquiries: list[EnquiryShown]
    """Those that go on."""
    timescales: list[TimescaleShown]
    """What is still to be done, soonest first; at most as many as a page has."""
