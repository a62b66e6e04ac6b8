"""Referrals half filled in."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table


class Draft(Table):
    """A form that somebody has not sent yet; once it is sent only the receipt stays, so that it is sent once."""

    __tablename__ = "referral_drafts"
    __table_args__ = (Index(None, "subject", "changed_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    subject: Mapped[str] = mapped_column(String(255))
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)
    submitted_at: Mapped[datetime | None]
    receipt: Mapped[dict[str, Any] | None]

    __mapper_args__ = {"version_id_col": version}
