"""Child protection plans: one at a time for a child."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.cases.cases.models import Case
from services.casework.protection.protection_plans.rules import days_on_plan
from services.casework.tables import NOT_ENDED, Table
from shared import clock


class ProtectionPlan(Table):
    __tablename__ = "protection_plans"
    __table_args__ = (
        Index("uq_protection_plans_open", "child_id", unique=True, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED),
        Index("ix_protection_plans_open_since", "started_on", "id", postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED),
        Index(None, "child_id", "started_on"),
        Index(None, "started_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    child_id: Mapped[UUID]
    old_reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    """What an older system called it, where it was imported."""
    initial_category: Mapped[str] = mapped_column(String(3))
    category: Mapped[str] = mapped_column(String(3))
    """The latest: only a conference changes it."""
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    lasted_days: Mapped[int | None]
    """From its beginning to its end."""
    end_reason: Mapped[str | None] = mapped_column(String(30))
    end_text: Mapped[str | None] = mapped_column(Text)
    previous_plans: Mapped[int]
    """Those that ended before it began, here and as they were reported from elsewhere."""
    from_authority: Mapped[str | None] = mapped_column(String(200))
    temporary: Mapped[bool] = mapped_column(default=False)
    """Another authority's, until the transfer-in conference."""
    last_core_group_on: Mapped[date | None]
    """The last before the plan came here; so are the next two."""
    last_review_on: Mapped[date | None]
    last_visit_on: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    case: Mapped[Case] = relationship(lazy="raise")

    @property
    def days(self) -> int:
        return days_on_plan(self.started_on, self.ended_on or clock.today())


IS_IN_FORCE: ColumnElement[bool] = ProtectionPlan.ended_on.is_(None)
