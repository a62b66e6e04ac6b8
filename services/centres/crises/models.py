"""Families in crisis, as somebody raised it, and who took it up."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from services.centres.crises import rules
from services.centres.tables import Table
from shared import clock

WAITS_UNANNOUNCED: ColumnElement[bool] = literal_column("acknowledged_at IS NULL AND announced_at IS NULL")


class Crisis(Table):
    __tablename__ = "crises"
    __table_args__ = (
        Index(None, "raised_at", "id"),
        Index(None, "acknowledged_at", "raised_at", "id"),
        Index("ix_crises_unannounced", "due_at", postgresql_where=WAITS_UNANNOUNCED, sqlite_where=WAITS_UNANNOUNCED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    family_id: Mapped[UUID | None]
    child_ids: Mapped[list[str]]
    narrative: Mapped[str] = mapped_column(Text)
    callback: Mapped[str | None] = mapped_column(String(30))
    postcode: Mapped[str | None] = mapped_column(String(10))
    area: Mapped[str | None] = mapped_column(String(10))
    """None where neither the caller nor the postcode gave it: every duty worker sees it."""
    raised_at: Mapped[datetime]
    raised_by: Mapped[str] = mapped_column(String(255))
    due_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    """When it was announced that nobody had acknowledged it by the due time; callers do not see it."""
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(255))
    text: Mapped[str | None] = mapped_column(Text)
    """What the duty worker does about it."""

    __mapper_args__ = {"version_id_col": version}

    @property
    def status(self) -> rules.CrisisStatus:
        return rules.status_of(self.acknowledged_at, self.due_at, clock.now())
