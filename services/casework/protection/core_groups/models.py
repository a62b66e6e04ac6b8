"""Core groups: who met about which children, and whether enough of them were there."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.tables import Table


class CoreGroup(Table):
    __tablename__ = "core_groups"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    held_on: Mapped[date]
    quorate: Mapped[bool]
    present: Mapped[list[dict[str, Any]]]
    notes: Mapped[str | None] = mapped_column(Text)
    reason_late: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    children: Mapped[list["CoreGroupChild"]] = relationship(lazy="raise", order_by="CoreGroupChild.child_id")


class CoreGroupChild(Table):
    __tablename__ = "core_group_children"

    core_group_id: Mapped[UUID] = mapped_column(ForeignKey("core_groups.id"), primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("protection_plans.id"), primary_key=True, index=True)
    child_id: Mapped[UUID]
