"""Everything that falls due in a case: one row for each clock that was started."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.cases.cases.models import Case
from services.casework.record.timescales.rules import Status, status_of
from services.casework.tables import Table
from shared import clock

NOT_DONE: ColumnElement[bool] = literal_column("met_on IS NULL AND ended_on IS NULL", Boolean)

NOT_ANNOUNCED: ColumnElement[bool] = literal_column("met_on IS NULL AND ended_on IS NULL AND NOT announced", Boolean)

MET_LATE: ColumnElement[bool] = literal_column("met_on > due_on", Boolean)
"""As text: SQLite uses a partial index only for the very words that it was made with."""


class Timescale(Table):
    __tablename__ = "timescales"
    __table_args__ = (
        Index(None, "case_id", "met_on", "due_on"),
        Index(None, "due_on", "id"),
        Index("ix_timescales_not_done", "due_on", "id", postgresql_where=NOT_DONE, sqlite_where=NOT_DONE),
        Index(
            "ix_timescales_step_not_done",
            "step",
            "due_on",
            "id",
            postgresql_where=NOT_DONE,
            sqlite_where=NOT_DONE,
        ),
        Index(
            "ix_timescales_not_announced",
            "due_on",
            "id",
            postgresql_where=NOT_ANNOUNCED,
            sqlite_where=NOT_ANNOUNCED,
        ),
        Index("ix_timescales_met_late", "due_on", "id", postgresql_where=MET_LATE, sqlite_where=MET_LATE),
        Index("uq_timescales_about_id_step_number", "about_id", "step", "number", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    child_id: Mapped[UUID | None]
    """None where the whole family is meant."""
    step: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[UUID]
    """The action, flag, plan or review that falls due."""
    number: Mapped[int] = mapped_column(default=1)
    """Of a series about one thing, such as the core groups of a plan; 1 where there is no series."""
    started_on: Mapped[date]
    due_on: Mapped[date]
    """The last day on which it is in time."""
    met_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    """When it ceased to matter without being met: cancelled, or its case closed."""
    reason_late: Mapped[str | None] = mapped_column(Text)
    announced: Mapped[bool] = mapped_column(default=False)
    """Whether it was announced that the day was missed."""

    case: Mapped[Case] = relationship(lazy="raise")

    @property
    def status(self) -> Status:
        return status_of(self.due_on, self.met_on, clock.today())
