"""What young people do after compulsory schooling, month by month."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class Participation(Table):
    """The answer for a young person and a month, under the id that was used then; no row: nobody asked yet."""

    __tablename__ = "participation"
    __table_args__ = (Index(None, "month", "child_id"),)

    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    version: Mapped[int] = mapped_column()
    status: Mapped[str] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(30))
    asked_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}
