"""Offers to move a family to another key worker, and what became of each."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.cases.cases.models import Case
from services.casework.tables import Table
from services.casework.workforce.workers.models import Worker

IS_OFFERED: ColumnElement[bool] = literal_column("status = 'offered'")


class Transfer(Table):
    __tablename__ = "transfers"
    __table_args__ = (
        Index(None, "case_id", "offered_at", "id"),
        Index(None, "from_worker_id", "offered_at", "id"),
        Index(None, "to_worker_id", "offered_at", "id"),
        Index(None, "status", "offered_at", "id"),
        Index(
            "uq_transfers_open_case_id", "case_id", unique=True, postgresql_where=IS_OFFERED, sqlite_where=IS_OFFERED
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    from_worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    to_worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    area: Mapped[str | None] = mapped_column(String(10))
    """Where the family lives once it is accepted."""
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))
    """`offered`, `accepted`, `rejected`, `revoked`, or `withdrawn`: nobody answered before it ceased to matter."""
    offered_by: Mapped[str] = mapped_column(String(255))
    offered_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(255))
    answered_at: Mapped[datetime | None]
    answer_reason: Mapped[str | None] = mapped_column(Text)
    """Why it was rejected or revoked."""
    transferred_on: Mapped[date | None]

    case: Mapped[Case] = relationship(lazy="raise")
    from_worker: Mapped[Worker] = relationship(lazy="raise", foreign_keys=[from_worker_id])
    to_worker: Mapped[Worker] = relationship(lazy="raise", foreign_keys=[to_worker_id])

    __mapper_args__ = {"version_id_col": version}
