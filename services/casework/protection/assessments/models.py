"""Assessments under s17 of the Children Act 1989, the children whom each is about, and each conclusion of it."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.protection.assessments.rules import Status, status_of
from services.casework.tables import Table


class StatutoryAssessment(Table):
    __tablename__ = "statutory_assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    old_reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    """What an older system called it, where it was imported."""
    started_on: Mapped[date]
    counts_from: Mapped[date]
    """When the referral was received that it answers; where an earlier one answered that, when it was started."""
    due_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    children: Mapped[list["AssessedChild"]] = relationship(lazy="raise", order_by="AssessedChild.child_id")
    conclusions: Mapped[list["AssessmentConclusion"]] = relationship(
        lazy="raise", order_by="AssessmentConclusion.number"
    )

    @property
    def last(self) -> "AssessmentConclusion | None":
        return self.conclusions[-1] if self.conclusions else None

    @property
    def status(self) -> Status:
        return status_of(self.last)

    @property
    def completed_on(self) -> date | None:
        return self.last.completed_on if self.last and self.status != "open" else None


class AssessedChild(Table):
    __tablename__ = "assessed_children"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("statutory_assessments.id"), index=True)
    child_id: Mapped[UUID] = mapped_column(index=True)


class AssessmentConclusion(Table):
    """What an assessment concluded; when it is re-opened another follows, and no row is overwritten."""

    __tablename__ = "assessment_conclusions"

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("statutory_assessments.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    completed_on: Mapped[date]
    factors: Mapped[list[str]]
    outcome: Mapped[str] = mapped_column(String(30))
    analysis: Mapped[str] = mapped_column(Text)
    wishes_of_child: Mapped[str] = mapped_column(Text)
    wishes_of_family: Mapped[str] = mapped_column(Text)
    reason_late: Mapped[str | None] = mapped_column(Text)
    completed_by: Mapped[str] = mapped_column(String(255))
    completed_at: Mapped[datetime]
    agreed: Mapped[bool | None]
    """Whether the second person agreed; None while nobody has answered."""
    answer_reason: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str | None] = mapped_column(String(255))
    answered_at: Mapped[datetime | None]
    reopened_reason: Mapped[str | None] = mapped_column(Text)
    reopened_by: Mapped[str | None] = mapped_column(String(255))
    reopened_at: Mapped[datetime | None]
