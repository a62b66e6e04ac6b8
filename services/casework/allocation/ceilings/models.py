"""Every caseload ceiling that was ever decided; the first was there at the start."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class Ceiling(Table):
    __tablename__ = "ceilings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    children: Mapped[int]
    """Per full-time worker."""
    decision_id: Mapped[UUID | None] = mapped_column(unique=True)
    """None for the ceiling at the start, which no decision made."""
    proposal_id: Mapped[UUID | None]
    decided_at: Mapped[datetime]
    effective_on: Mapped[date]
    in_force_since: Mapped[datetime | None]
    """When it was applied and announced; none until its day has come."""
