"""The Team Around the Family: who is of it and who leads it."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.early_help.common_assessments.models import CommonAssessment
from services.casework.early_help.team_actions.models import TeamAction
from services.casework.early_help.team_reviews.models import TeamReview
from services.casework.tables import NOT_ENDED, Table
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
    """Counted by hand, not a `version_id_col`: it also goes up where only a member, an action or a review changed."""
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
    end_text: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    members: Mapped[list["TeamMember"]] = relationship(lazy="raise", order_by="TeamMember.recorded_at, TeamMember.id")
    leads: Mapped[list["LeadProfessional"]] = relationship(
        lazy="raise", order_by="LeadProfessional.from_on, LeadProfessional.recorded_at"
    )
    assessments: Mapped[list[CommonAssessment]] = relationship(
        lazy="raise", order_by="CommonAssessment.started_on, CommonAssessment.id"
    )
    actions: Mapped[list[TeamAction]] = relationship(lazy="raise", order_by="TeamAction.due_on, TeamAction.id")
    reviews: Mapped[list[TeamReview]] = relationship(lazy="raise", order_by="TeamReview.number")

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
