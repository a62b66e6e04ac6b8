"""Meetings of bodies, by their cadence or called."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.governance.bodies.models import Body
from services.governance.tables import Table


class Meeting(Table):
    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("body_id", "held_on", "kind"), UniqueConstraint("body_id", "planned_on"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("bodies.id"))
    held_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(15))
    planned_on: Mapped[date | None]
    """The day by the cadence, before a holiday moved it: it identifies the meeting when bank holidays change."""
    reason: Mapped[str | None] = mapped_column(Text)
    """Why an extraordinary meeting was called."""

    body: Mapped[Body] = relationship(lazy="raise")
