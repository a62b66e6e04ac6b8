"""The reviews of a Team Around the Family."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class TeamReview(Table):
    __tablename__ = "family_team_reviews"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_team_id: Mapped[UUID] = mapped_column(ForeignKey("family_teams.id"), index=True)
    number: Mapped[int]
    held_on: Mapped[date]
    due_on: Mapped[date]
    """By when it was due."""
    attended: Mapped[list[str]]
    """Ids of members."""
    family_attended: Mapped[bool]
    wishes: Mapped[dict[str, Any]]
    notes: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(10))
    reason_late: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
