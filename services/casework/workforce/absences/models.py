"""Leave of workers."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class Absence(Table):
    """Leave of a worker, who stays in post and keeps the families."""

    __tablename__ = "absences"
    __table_args__ = (Index(None, "worker_id", "from_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"))
    kind: Mapped[str] = mapped_column(String(10))
    """One of `codes.ABSENCES`."""
    from_on: Mapped[date]
    last_on: Mapped[date | None]
    """The last day of it; none while that is not known."""
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}
