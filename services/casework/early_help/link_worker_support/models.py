"""What link workers do for those around a family."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class LinkWorkerSupport(Table):
    """What the link worker did for those around a family, also before there is a team."""

    __tablename__ = "link_worker_supports"
    __table_args__ = (Index(None, "case_id", "given_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    link_worker_id: Mapped[UUID | None]
    """As the referrals service knows them."""
    link_worker: Mapped[str] = mapped_column(String(100))
    given_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
