"""What the front door was asked by those around a family."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class Escalation(Table):
    """The front door is asked for more than early help; it makes a referral of it."""

    __tablename__ = "early_help_escalations"
    __table_args__ = (Index(None, "case_id", "escalated_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    child_ids: Mapped[list[str]]
    concerns: Mapped[list[str]]
    narrative: Mapped[str] = mapped_column(Text)
    immediate_danger: Mapped[bool]
    consent: Mapped[dict[str, Any] | None]
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(100))
    organisation: Mapped[str] = mapped_column(String(200))
    """Who escalates, as the front door turns to them."""
    partner_organisation: Mapped[str | None] = mapped_column(String(200))
    """The organisation in the token, whose people may follow what comes of it; none for our own."""
    escalated_by: Mapped[str] = mapped_column(String(255))
    escalated_at: Mapped[datetime]
    referral_id: Mapped[UUID | None]
    """What the front door made of it; none until its event is received."""
