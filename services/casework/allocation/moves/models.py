"""In which area a family lives, from which day on."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class CaseMove(Table):
    """From a day on a case is in this area; where there is none, it is not known where the family lives."""

    __tablename__ = "case_moves"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]
    area: Mapped[str | None] = mapped_column(String(10))
    from_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
