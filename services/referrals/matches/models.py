"""What a person answered to the question whether a referred child is known already."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table


class MatchAnswer(Table):
    """Rows are added and never changed: the latest counts."""

    __tablename__ = "match_answers"
    __table_args__ = (Index(None, "referral_id", "child_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    child_id: Mapped[UUID] = mapped_column(ForeignKey("children.id"))
    matched_child_id: Mapped[UUID | None] = mapped_column(ForeignKey("children.id"))
    """None: the child is none of the candidates."""
    merge_id: Mapped[UUID | None] = mapped_column(ForeignKey("merges.id"))
    reason: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(String(255))
    answered_at: Mapped[datetime]
