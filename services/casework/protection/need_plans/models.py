"""Child in need plans with their reviews, for each child of them."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.tables import NOT_ENDED, Table


class NeedPlan(Table):
    __tablename__ = "need_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    started_on: Mapped[date]
    goals: Mapped[list[str]]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    children: Mapped[list["NeedPlanChild"]] = relationship(
        back_populates="plan", lazy="raise", order_by="NeedPlanChild.child_id"
    )


class NeedPlanChild(Table):
    __tablename__ = "need_plan_children"
    __table_args__ = (
        Index(
            "uq_need_plan_children_open", "child_id", unique=True, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("need_plans.id"), index=True)
    child_id: Mapped[UUID] = mapped_column(index=True)
    counts_from: Mapped[date]
    """When the assessment before it was completed; where there is none, when the plan began."""
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(Text)

    plan: Mapped[NeedPlan] = relationship(back_populates="children", lazy="raise")


class NeedReview(Table):
    __tablename__ = "need_reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    held_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(10))
    notes: Mapped[str] = mapped_column(Text)
    reason_late: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    children: Mapped[list["ReviewedChild"]] = relationship(lazy="raise")


class ReviewedChild(Table):
    __tablename__ = "reviewed_children"

    review_id: Mapped[UUID] = mapped_column(ForeignKey("need_reviews.id"), primary_key=True)
    plan_child_id: Mapped[UUID] = mapped_column(ForeignKey("need_plan_children.id"), primary_key=True, index=True)
    child_id: Mapped[UUID]
