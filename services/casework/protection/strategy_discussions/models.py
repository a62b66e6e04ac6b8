"""Strategy discussions: who held them, about which children, and what was decided."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.tables import Table


class StrategyDiscussion(Table):
    __tablename__ = "strategy_discussions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    held_at: Mapped[datetime]
    participants: Mapped[list[dict[str, Any]]]
    outcome: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    children: Mapped[list["DiscussedChild"]] = relationship(lazy="raise", order_by="DiscussedChild.child_id")


class DiscussedChild(Table):
    __tablename__ = "discussed_children"

    discussion_id: Mapped[UUID] = mapped_column(ForeignKey("strategy_discussions.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
