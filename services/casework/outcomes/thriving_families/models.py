"""Whether a family is eligible, its outcome plan and how it fares."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class Assessment(Table):
    """A family held against the criteria of a version, with what was found; of several the latest holds."""

    __tablename__ = "thriving_families_assessments"
    __table_args__ = (Index("ix_thriving_families_assessments_of_family", "family_id", "assessed_on", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_id: Mapped[UUID]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    criteria_version: Mapped[str] = mapped_column(String(4))
    assessed_on: Mapped[date]
    needs: Mapped[list[str]]
    evidence: Mapped[dict[str, Any]]
    """For a need, what is known of it."""
    eligible: Mapped[bool]
    met: Mapped[list[dict[str, Any]]]
    """As it was found then: a later change of the table or its words leaves it as it is. `not_met` likewise."""
    not_met: Mapped[list[dict[str, Any]]]
    not_counted: Mapped[list[str]]
    because: Mapped[str] = mapped_column(Text)
    assessed_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class OutcomePlan(Table):
    """What is to become better for a family, need by need, in one case."""

    __tablename__ = "outcome_plans"
    __table_args__ = (Index(None, "family_id", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    """Of the plan itself: a review or a look at a need changes nothing that a PUT replaces."""
    family_id: Mapped[UUID]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), unique=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("thriving_families_assessments.id"))
    """The needs are those of this assessment."""
    agreed_on: Mapped[date]
    goals: Mapped[list[dict[str, Any]]]
    wishes_of_child: Mapped[str] = mapped_column(Text)
    wishes_of_family: Mapped[str] = mapped_column(Text)
    agreed_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}


class OutcomePlanReview(Table):
    __tablename__ = "outcome_plan_reviews"
    __table_args__ = (Index(None, "plan_id", "held_on", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("outcome_plans.id"))
    held_on: Mapped[date]
    wishes_of_child: Mapped[str] = mapped_column(Text)
    wishes_of_family: Mapped[str] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text)
    held_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class NeedProgress(Table):
    """On a day a need had improved, or had not, or not any more; of two on one day the later recorded one holds."""

    __tablename__ = "need_progress"
    __table_args__ = (Index(None, "plan_id", "seen_on", "recorded_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("outcome_plans.id"))
    need: Mapped[str] = mapped_column(String(40))
    seen_on: Mapped[date]
    improved: Mapped[bool]
    evidence: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
