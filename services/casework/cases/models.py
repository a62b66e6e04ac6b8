"""Families that are open to the Family Support Service."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.tables import Table
from services.casework.workers.models import Worker


class CaseChild(Table):
    __tablename__ = "case_children"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    date_of_birth: Mapped[date | None]
    expected_date_of_birth: Mapped[date | None]


class Case(Table):
    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "status", "opened_on", "id"),
        Index(None, "key_worker_id", "status"),
        Index(None, "area", "status", "opened_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    referral_id: Mapped[UUID] = mapped_column(unique=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    area: Mapped[str | None] = mapped_column(String(10))
    team: Mapped[str | None] = mapped_column(String(60))
    """The key worker's team; none while nobody is allocated."""
    pathway: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    key_worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"))
    child_count: Mapped[int]
    opened_on: Mapped[date]
    opened_at: Mapped[datetime]

    children: Mapped[list[CaseChild]] = relationship(lazy="raise", order_by=CaseChild.child_id)
    key_worker: Mapped[Worker | None] = relationship(lazy="raise")


class MergedChild(Table):
    """What the referrals service last said of a child's record: merged into another, or standing for itself again."""

    __tablename__ = "merged_children"

    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    surviving_child_id: Mapped[UUID | None] = mapped_column(index=True)
    """None: a merge was reversed."""
    sequence: Mapped[int]
    """The number of the event that said so: one with a lower number is an older fact."""
