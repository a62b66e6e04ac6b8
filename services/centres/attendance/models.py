"""Who came to which session."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.centres.tables import Table


class Attendance(Table):
    """Whether a family came to a session, and which of its children did, as it was recorded last."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("session_id", "family_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"))
    family_id: Mapped[UUID] = mapped_column(index=True)
    counted_as: Mapped[UUID | None] = mapped_column(index=True)
    """The record that counts for this one, since both are of one family; None: this one counts."""
    child_ids: Mapped[list[str]]
    attended: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(255))

    __mapper_args__ = {"version_id_col": version}
