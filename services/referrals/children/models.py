"""Corrections of what is recorded of a child."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table


class ChildCorrection(Table):
    """What one correction replaced; rows are added and never changed."""

    __tablename__ = "child_corrections"
    __table_args__ = (UniqueConstraint("child_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("children.id"))
    number: Mapped[int]
    """Counts the corrections of one child."""
    old: Mapped[dict[str, Any]]
    new: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    corrected_by: Mapped[str] = mapped_column(String(255))
    corrected_at: Mapped[datetime]
