"""Children offered to the services that the programme leaves unchanged, and what those answered."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.cases.cases.models import Case
from services.casework.tables import Table

WAITS: ColumnElement[bool] = literal_column("status = 'offered'")


class HandOver(Table):
    """One child offered to one service."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        Index(
            "uq_hand_overs_open_child_id_service",
            "child_id",
            "service",
            unique=True,
            postgresql_where=WAITS,
            sqlite_where=WAITS,
        ),
        Index(None, "service", "status", "answer_due_on", "id"),
        Index(None, "status", "answer_due_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    child_id: Mapped[UUID]
    """The id of the child's record in the case, whatever that was merged into."""
    service: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)
    offered_on: Mapped[date]
    offered_by: Mapped[str] = mapped_column(String(255))
    offered_by_name: Mapped[str | None] = mapped_column(String(255))
    offered_at: Mapped[datetime]
    answer_due_on: Mapped[date]
    """The last day on which an answer is in time."""

    answered_on: Mapped[date | None]
    answered_by_name: Mapped[str | None] = mapped_column(String(100))
    """Who of the other service answered; `answered_by_role` likewise."""
    answered_by_role: Mapped[str | None] = mapped_column(String(100))
    answer_reason: Mapped[str | None] = mapped_column(Text)
    named_worker: Mapped[str | None] = mapped_column(String(100))
    """Who of the other service holds the child from now on."""
    answer_recorded_by: Mapped[str | None] = mapped_column(String(255))
    answer_recorded_at: Mapped[datetime | None]
    recorded_for_them: Mapped[bool] = mapped_column(default=False)
    """An answer that came by telephone or letter and that one of our managers wrote down."""

    revoked_on: Mapped[date | None]
    revoked_by: Mapped[str | None] = mapped_column(String(255))
    revocation_reason: Mapped[str | None] = mapped_column(Text)

    case: Mapped[Case] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}
