"""How each case stood on which days: what follows from its steps, moves, children and key workers."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class Holding(Table):
    """How a case stood from a day until before another: one row for each stretch of time in which nothing changed.

    What caseloads are asked for past days; the row without `until_on` is how an open case stands now.
    """

    __tablename__ = "holdings"
    __table_args__ = (Index(None, "key_worker_id", "from_on"), Index(None, "from_on", "until_on"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date | None]
    area: Mapped[str | None] = mapped_column(String(10))
    pathway: Mapped[str] = mapped_column(String(20))
    key_worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"))
    children: Mapped[int]


class UnallocatedCount(Table):
    """How many families of an area wait for a key worker now; the area is empty where it is not known."""

    __tablename__ = "unallocated_counts"

    area: Mapped[str] = mapped_column(String(10), primary_key=True)
    families: Mapped[int]
    children: Mapped[int]
