"""The Team Around the Family: who is of it and leads it, what it found, agreed and reviewed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.cases.models import NOT_ENDED
from services.casework.tables import Table
from shared.organisations import LONGEST_KEY

STILL_LEADS: ColumnElement[bool] = literal_column("until_on IS NULL")


class FamilyTeam(Table):
    """A Team Around the Family; a case has one at a time."""

    __tablename__ = "family_teams"
    __table_args__ = (
        Index(
            "uq_family_teams_open_case_id", "case_id", unique=True, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED
        ),
        Index(None, "next_review_due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]
    """1 for the case's first."""
    started_on: Mapped[date]
    consented_on: Mapped[date]
    consented_by: Mapped[str] = mapped_column(String(200))
    """Who of the family agreed: early help is voluntary."""
    next_review_due_on: Mapped[date]
    review_clock_id: Mapped[UUID]
    """What the timescale of the next review is about: the team at first, then the review before."""
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(20))
    """One of `codes.TEAM_ENDINGS`."""
    end_words: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    members: Mapped[list["TeamMember"]] = relationship(lazy="raise", order_by="TeamMember.recorded_at, TeamMember.id")
    leads: Mapped[list["LeadProfessional"]] = relationship(
        lazy="raise", order_by="LeadProfessional.from_on, LeadProfessional.recorded_at"
    )
    assessments: Mapped[list["CommonAssessment"]] = relationship(
        lazy="raise", order_by="CommonAssessment.started_on, CommonAssessment.id"
    )
    actions: Mapped[list["TeamAction"]] = relationship(lazy="raise", order_by="TeamAction.due_on, TeamAction.id")
    reviews: Mapped[list["TeamReview"]] = relationship(lazy="raise", order_by="TeamReview.number")

    @property
    def lead(self) -> "LeadProfessional | None":
        return next((each for each in self.leads if each.until_on is None), None)

    @property
    def present_members(self) -> list["TeamMember"]:
        return [each for each in self.members if each.left_on is None]


class TeamMember(Table):
    """Somebody of a team; who is named may see the team's record, and nothing else of the case."""

    __tablename__ = "family_team_members"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_team_id: Mapped[UUID] = mapped_column(ForeignKey("family_teams.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(100))
    organisation: Mapped[str] = mapped_column(String(200))
    organisation_key: Mapped[str] = mapped_column(String(LONGEST_KEY), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(30))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"), index=True)
    """Where it is one of our own."""
    subject: Mapped[str | None] = mapped_column(String(255), index=True)
    """The `sub` of a partner's token; where it is not known, everybody of the organisation stands for the member."""
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class LeadProfessional(Table):
    """Which member led a team, from a day until before another: one at a time."""

    __tablename__ = "lead_professionals"
    __table_args__ = (
        Index(
            "uq_lead_professionals_present_family_team_id",
            "family_team_id",
            unique=True,
            postgresql_where=STILL_LEADS,
            sqlite_where=STILL_LEADS,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_team_id: Mapped[UUID] = mapped_column(ForeignKey("family_teams.id"), index=True)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("family_team_members.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it is no longer the one before; none for the first."""
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class CommonAssessment(Table):
    """A Common Assessment Framework (CAF): strengths and needs in its three domains, and what child and family wish."""

    __tablename__ = "common_assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    family_team_id: Mapped[UUID] = mapped_column(ForeignKey("family_teams.id"), index=True)
    child_ids: Mapped[list[str]]
    started_on: Mapped[date]
    completed_on: Mapped[date | None]
    domains: Mapped[dict[str, Any]]
    wishes: Mapped[dict[str, Any] | None]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class TeamAction(Table):
    """Something that a member of the team is to do by a day."""

    __tablename__ = "family_team_actions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_team_id: Mapped[UUID] = mapped_column(ForeignKey("family_teams.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("family_team_members.id"))
    words: Mapped[str] = mapped_column(Text)
    agreed_on: Mapped[date]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    """What came of it, or why it need not be done."""
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class TeamReview(Table):
    __tablename__ = "family_team_reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_team_id: Mapped[UUID] = mapped_column(ForeignKey("family_teams.id"), index=True)
    number: Mapped[int]
    held_on: Mapped[date]
    due_on: Mapped[date]
    """By when it was due."""
    attended: Mapped[list[str]]
    """Ids of members."""
    family_attended: Mapped[bool]
    wishes: Mapped[dict[str, Any]]
    summary: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(10))
    reason_late: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class LinkWorkerSupport(Table):
    """What the link worker did for those around a family, also before there is a team."""

    __tablename__ = "link_worker_supports"
    __table_args__ = (Index(None, "case_id", "given_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    link_worker_id: Mapped[UUID | None]
    """As the referrals service knows them."""
    link_worker: Mapped[str] = mapped_column(String(100))
    given_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(30))
    words: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
