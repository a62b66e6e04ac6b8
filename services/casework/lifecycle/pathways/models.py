"""The steps of each case, of which its history is made."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class PathwayStep(Table):
    """From a day on a case is on this pathway, or `closed`; of two steps on one day the later recorded one holds."""

    __tablename__ = "pathway_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]
    """1 for the opening."""
    pathway: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)
    closure: Mapped[str | None] = mapped_column(String(3))
    """RC1 to RC9, of the step to `closed`."""
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
