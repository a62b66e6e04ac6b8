"""Who held which family, and how often that changed."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.casework.tables import NOT_ENDED, Table
from shared.database import Hundredths


class _Counted(DeclarativeBase):
    """Apart from the tables, so that no migration makes one."""


class FamilyCounted(_Counted):
    """A family that had a key worker in some time, with its changes of key worker in it."""

    __tablename__ = "families_counted"

    family_id: Mapped[UUID] = mapped_column(primary_key=True)
    changes: Mapped[int]


class Allocation(Table):
    """Which worker held which family, from a day until before another."""

    __tablename__ = "allocations"
    __table_args__ = (
        Index(
            "uq_allocations_open_case_id", "case_id", unique=True, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    starts_on: Mapped[date] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(30))
    """`transferred`, `closed`, `stepped_down`, `registration_required`."""
    children: Mapped[int]
    """The worker's children with this family."""
    ceiling: Mapped[Decimal] = mapped_column(Hundredths)
    """The worker's own ceiling at that time."""
    override_reason: Mapped[str | None] = mapped_column(Text)
    """Only where a manager passed the ceiling, or chose a worker on leave or leaving."""
    allocated_by: Mapped[str] = mapped_column(String(255))
    allocated_at: Mapped[datetime]
