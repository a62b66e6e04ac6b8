"""The bodies that decide, advise or are reported to, and their members."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.bodies.rules import Cadence
from services.governance.tables import Table


class Body(Table):
    __tablename__ = "bodies"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    remit: Mapped[str] = mapped_column(Text)
    cadence: Mapped[Cadence | None] = mapped_column(String(10))
    """None: its meetings are called as they are needed, or are the business of others."""
    weekday: Mapped[int | None]
    """The day of its ordinary meetings, Monday is 0; of a monthly body the first such day of the month."""


class Member(Table):
    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("body_id", "subject"), Index(None, "subject"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    body_id: Mapped[UUID] = mapped_column(ForeignKey("bodies.id"))
    name: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(255))
    """Who it is that signs in."""
    role: Mapped[str] = mapped_column(String(10))
    from_on: Mapped[date]
