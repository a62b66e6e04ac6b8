"""No Names Consultations and the advice that was given."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table


class Consultation(Table):
    __tablename__ = "consultations"
    __table_args__ = (Index(None, "asked_at", "id"), Index(None, "asked_by", "asked_at", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    organisation: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(100))
    concerns: Mapped[list[str]]
    question: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(255))
    """Who wrote it down: the one who asks, or the MASH for one who telephoned."""
    advice: Mapped[str | None] = mapped_column(Text)
    refer: Mapped[bool | None]
    advised_at: Mapped[datetime | None]
    advised_by: Mapped[str | None] = mapped_column(String(255))

    __mapper_args__ = {"version_id_col": version}

    @property
    def status(self) -> Literal["open", "advised"]:
        return "advised" if self.advised_at else "open"
