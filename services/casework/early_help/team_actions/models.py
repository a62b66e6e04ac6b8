"""What the members of a Team Around the Family agree to do."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class TeamAction(Table):
    """Something that a member of the team is to do by a day."""

    __tablename__ = "family_team_actions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_team_id: Mapped[UUID] = mapped_column(ForeignKey("family_teams.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("family_team_members.id"))
    what: Mapped[str] = mapped_column(Text)
    agreed_on: Mapped[date]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    cancelled_on: Mapped[date | None]
    cancellation_reason: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    """What came of it."""
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
