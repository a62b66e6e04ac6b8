"""What callers of the early help endpoints send and get."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.casework import codes
from services.casework.cases.cases.models import Case
from services.casework.cases.cases.schemas import CaseChildShown, CaseShown, ChildNamed
from services.casework.early_help.common_assessments.schemas import CafShown
from services.casework.early_help.family_teams.models import FamilyTeam, LeadProfessional
from services.casework.early_help.team_actions.schemas import TeamActionShown
from services.casework.early_help.team_reviews.schemas import TeamReviewShown
from services.casework.fields import Shown
from services.casework.record.timescales.rules import is_late
from shared import clock
from shared.codes import CodeOf
from shared.days import Day
from shared.fields import Email, Line, Name, Phone, Subject, Text
from shared.paging import PageQuery
from shared.places import Area
from shared.web import RequestBody


class NewMember(RequestBody):
    """Somebody of the team; `worker_id` for one of our own, `subject` for a partner who signs in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Bel Ashworth",
                    "role": "Health visitor",
                    "organisation": "Oxford Health",
                    "email": "bel.ashworth@health.example",
                    "phone": "01235 520142",
                    "joined_on": "2026-02-16",
                }
            ]
        }
    )

    name: Name
    role: Name
    organisation: Line
    email: Email | None = None
    phone: Phone | None = None
    worker_id: UUID | None = None
    subject: Subject | None = Field(None, validate_default=True)
    """The `sub` of the person's token; without it all people of the organisation see the team's record."""
    joined_on: Day | None = None

    @field_validator("subject")
    @classmethod
    def _one_person(cls, subject: str | None, info: ValidationInfo) -> str | None:
        if subject and info.data.get("worker_id"):
            raise PydanticCustomError("worker_or_subject", "One of our own workers is named by `worker_id` alone")
        return subject


class FirstMember(NewMember):
    """A member from the start; `lead` for the lead professional."""

    lead: bool = False


class FamilyConsent(RequestBody):
    """Early help is voluntary: who of the family agreed to it, and when."""

    given_by: Line
    given_on: Day


class NewTeam(RequestBody):
    """A Team Around the Family as it starts."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "started_on": "2026-02-02",
                    "consent": {"given_by": "The mother, Petronella Quillfeather", "given_on": "2026-01-30"},
                    "members": [
                        {
                            "name": "Amina Osei",
                            "role": "Pastoral lead",
                            "organisation": "Larkmead School",
                            "email": "amina.osei@larkmead.example",
                            "subject": "amina",
                            "lead": True,
                        },
                        {"name": "Bel Ashworth", "role": "Health visitor", "organisation": "Oxford Health"},
                    ],
                }
            ]
        }
    )

    started_on: Day | None = None
    consent: FamilyConsent
    members: Annotated[list[FirstMember], Field(max_length=30)] = Field(default_factory=list)

    @field_validator("members")
    @classmethod
    def _one_lead(cls, members: list[FirstMember]) -> list[FirstMember]:
        if sum(each.lead for each in members) > 1:
            raise PydanticCustomError("one_lead", "A team has one lead professional at a time")
        return members


class NewDeparture(RequestBody):
    """A member leaves the team, and sees its record no longer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"left_on": "2026-03-20"}]})

    left_on: Day | None = None


class NewLead(RequestBody):
    """Who leads from now on; the reason is needed where somebody else did."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "member_id": "5b0c7f5e-6a9e-4a44-9d53-2f0a4f6f1c11",
                    "from_on": "2026-03-02",
                    "reason": "Amina Osei goes on maternity leave",
                }
            ]
        }
    )

    member_id: UUID
    from_on: Day | None = None
    reason: Text | None = None


class TeamEnding(RequestBody):
    """The team ends without a review."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ended_on": "2026-03-27",
                    "reason": "consent_withdrawn",
                    "text": "The mother wants to go on with the school alone",
                }
            ]
        }
    )

    ended_on: Day | None = None
    reason: Annotated[str, Field(max_length=20), CodeOf("team_endings", codes.TEAM_ENDINGS)]
    text: Text


class MemberShown(Shown):
    """A member, with how to reach them."""

    id: UUID
    name: str
    role: str
    organisation: str
    email: str | None
    phone: str | None
    worker_id: UUID | None
    joined_on: date
    left_on: date | None


class LeadShown(Shown):
    """Who led the team, from a day until before another."""

    member_id: UUID
    from_on: date
    until_on: date | None
    reason: str | None


class TeamShown(Shown):
    """The record of a Team Around the Family; of the case only what the team must know."""

    id: UUID
    case_id: UUID
    case_status: Literal["open", "closed"]
    key_worker: str | None
    """Of the family, by name; none where nobody but the lead professional holds it."""
    children: list[CaseChildShown]
    started_on: date
    consented_on: date
    consented_by: str
    ended_on: date | None
    end_reason: str | None
    end_text: str | None
    next_review_due_on: date | None
    lead_professional: MemberShown | None
    members: list[MemberShown]
    leads: list[LeadShown]
    assessments: list[CafShown]
    actions: list[TeamActionShown]
    reviews: list[TeamReviewShown]

    @classmethod
    def of(cls, case: Case, team: FamilyTeam, surviving_ids: Mapping[UUID, UUID]) -> Self:
        same = set(cls.model_fields) - {
            "case_status",
            "key_worker",
            "children",
            "next_review_due_on",
            "lead_professional",
        }
        return cls(
            **{name: getattr(team, name) for name in same},
            case_status=case.status,
            key_worker=case.key_worker and case.key_worker.name,
            children=CaseShown.of(case, surviving_ids).children,
            next_review_due_on=None if team.ended_on or case.status == "closed" else team.next_review_due_on,
            lead_professional=lead_shown(team),
        )


def lead_shown(team: FamilyTeam) -> MemberShown | None:
    lead: LeadProfessional | None = team.lead
    member = next((each for each in team.members if lead and each.id == lead.member_id), None)
    return MemberShown.model_validate(member) if member else None


class EarlyHelpListed(BaseModel):
    """A family on early help in a list."""

    case_id: UUID
    children: list[ChildNamed]
    key_worker: str | None
    """By name; none where nobody but the lead professional holds the family."""
    area: Area | None
    opened_on: date
    started_on: date | None
    """Of the team; null where there is none."""
    lead_professional: MemberShown | None
    next_review_due_on: date | None
    review_overdue: bool

    @classmethod
    def of(cls, case: Case, team: FamilyTeam | None, named: Sequence[ChildNamed]) -> Self:
        return cls(
            case_id=case.id,
            children=list(named),
            key_worker=case.key_worker and case.key_worker.name,
            area=case.area,
            opened_on=case.opened_on,
            started_on=team and team.started_on,
            lead_professional=lead_shown(team) if team else None,
            next_review_due_on=team and team.next_review_due_on,
            review_overdue=bool(team and is_late(team.next_review_due_on, clock.today())),
        )


class EarlyHelpQuery(PageQuery):
    """Which families on early help."""

    area: Area | None = None
    mine: bool | None = None
    """Those that the caller leads."""
    lead_organisation: Annotated[str, Field(max_length=200)] | None = None
    without_lead: bool | None = None
    review_overdue: bool | None = None
