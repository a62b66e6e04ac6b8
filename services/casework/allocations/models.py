"""Which worker held which family, from when to when."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table
from shared.database import Hundredths

OPEN: ColumnElement[bool] = literal_column("ended_on IS NULL")


class Allocation(Table):
    __tablename__ = "allocations"
    __table_args__ = (
        Index("uq_allocations_open_case_id", "case_id", unique=True, postgresql_where=OPEN, sqlite_where=OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]
    children: Mapped[int]
    """The worker's children with this family."""
    ceiling: Mapped[Decimal] = mapped_column(Hundredths)
    """The worker's own ceiling at that time."""
    override_reason: Mapped[str | None] = mapped_column(Text)
    """Only where the ceiling was passed."""
    allocated_by: Mapped[str] = mapped_column(String(255))
    allocated_at: Mapped[datetime]
