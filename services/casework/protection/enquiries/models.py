"""Section 47 enquiries, and for each child of them whether they still go on."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.protection.enquiries.rules import EnquiryStatus, status_of
from services.casework.tables import NOT_ENDED, Table


class Enquiry(Table):
    __tablename__ = "enquiries"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    strategy_discussion_id: Mapped[UUID | None] = mapped_column(ForeignKey("strategy_discussions.id"))
    """The one that began it; None of an imported one."""
    old_reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    started_on: Mapped[date]
    counts_from: Mapped[date]
    """The day of that strategy discussion."""
    conference_due_on: Mapped[date]
    completed_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(Text)
    completed_by: Mapped[str | None] = mapped_column(String(255))
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    children: Mapped[list["EnquiryChild"]] = relationship(lazy="raise", order_by="EnquiryChild.child_id")

    @property
    def status(self) -> EnquiryStatus:
        return status_of(self.outcome, all(child.ended_on for child in self.children))


class EnquiryChild(Table):
    __tablename__ = "enquiry_children"
    __table_args__ = (
        Index("uq_enquiry_children_open", "child_id", unique=True, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    enquiry_id: Mapped[UUID] = mapped_column(ForeignKey("enquiries.id"), index=True)
    child_id: Mapped[UUID] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    """The day of the child's conference, or on which it was found that none is needed."""
    conference_held: Mapped[bool] = mapped_column(default=False)
    reason_late: Mapped[str | None] = mapped_column(Text)
    """Why the conference was late."""
