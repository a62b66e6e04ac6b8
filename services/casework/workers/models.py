"""The people of the area teams."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table
from shared.database import Hundredths


class Worker(Table):
    __tablename__ = "workers"
    __table_args__ = (Index(None, "name", "id"), Index(None, "area", "name", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(30))
    area: Mapped[str] = mapped_column(String(10))
    team: Mapped[str | None] = mapped_column(String(60))
    fte: Mapped[Decimal] = mapped_column(Hundredths)
    registration_number: Mapped[str | None] = mapped_column(String(20))
    subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    """The `sub` of the person's token, which joins the worker to who signs in."""
    recorded_at: Mapped[datetime]
