"""Merges of two records of one child, and their reversals; nothing of either record is ever lost."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table


class Merge(Table):
    __tablename__ = "merges"
    __table_args__ = (
        Index(
            "uq_merges_in_force_merged_child_id",
            "merged_child_id",
            unique=True,
            postgresql_where=literal_column("reversed_at IS NULL"),
            sqlite_where=literal_column("reversed_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    surviving_child_id: Mapped[UUID] = mapped_column(ForeignKey("children.id"), index=True)
    merged_child_id: Mapped[UUID] = mapped_column(ForeignKey("children.id"))
    reason: Mapped[str] = mapped_column(Text)
    merged_by: Mapped[str] = mapped_column(String(255))
    merged_at: Mapped[datetime]
    brought: Mapped[dict[str, Any]]
    """By field, what the surviving record took of the other, with what stood there before: `{"old": …, "new": …}`."""
    reversal_reason: Mapped[str | None] = mapped_column(Text)
    reversed_by: Mapped[str | None] = mapped_column(String(255))
    reversed_at: Mapped[datetime | None]
