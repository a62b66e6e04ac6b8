"""Everything that falls due in a case: one row for each clock that was started."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class Timescale(Table):
    __tablename__ = "timescales"
    __table_args__ = (
        Index(None, "case_id", "met_on", "due_on"),
        Index(None, "due_on", "id"),
        Index("uq_timescales_about_id_step", "about_id", "step", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    child_id: Mapped[UUID | None]
    """None where the whole family is meant."""
    step: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[UUID]
    """The action, flag, plan or review that falls due."""
    started_on: Mapped[date]
    due_on: Mapped[date]
    """The last day on which it is in time."""
    met_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    """When it ceased to matter without being met: cancelled, or its case closed."""
    reason_late: Mapped[str | None] = mapped_column(Text)
    announced: Mapped[bool] = mapped_column(default=False)
    """Whether it was told that the day was missed."""
