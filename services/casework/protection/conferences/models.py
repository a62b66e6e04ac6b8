"""Child protection conferences, and what each decided for which child."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.tables import Table


class Conference(Table):
    __tablename__ = "conferences"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    enquiry_id: Mapped[UUID | None] = mapped_column(ForeignKey("enquiries.id"), index=True)
    """Of an initial one, the enquiry that asked for it."""
    held_on: Mapped[date]
    chair_name: Mapped[str] = mapped_column(String(100))
    chair_subject: Mapped[str | None] = mapped_column(String(255))
    present: Mapped[list[dict[str, Any]]]
    quorate: Mapped[bool]
    inquorate_reason: Mapped[str | None] = mapped_column(Text)
    """Why it was held although not enough were there."""
    reports_shared_on: Mapped[date | None]
    """When the family was given the reports."""
    views_of_parents: Mapped[str | None] = mapped_column(Text)
    dissent: Mapped[str | None] = mapped_column(Text)
    """Who did not agree, and why."""
    reason_late: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    children: Mapped[list["ConferenceChild"]] = relationship(lazy="raise", order_by="ConferenceChild.child_id")


class ConferenceChild(Table):
    __tablename__ = "conference_children"
    __table_args__ = (Index("ix_conference_children_plan_id", "plan_id"),)

    conference_id: Mapped[UUID] = mapped_column(ForeignKey("conferences.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    decision: Mapped[str] = mapped_column(String(10))
    category: Mapped[str | None] = mapped_column(String(3))
    reason: Mapped[str | None] = mapped_column(Text)
    views_of_child: Mapped[str | None] = mapped_column(Text)
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("protection_plans.id"))
    """The plan that it began, went on with or ended."""
