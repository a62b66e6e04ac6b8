"""Warning flags, each with the reviews that it had and the one to come."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.cases.cases.models import Case
from services.casework.tables import Table


class FlagReview(Table):
    """A review that was due on a day; of a flag that stands, the last one is still to come."""

    __tablename__ = "flag_reviews"
    __table_args__ = (Index("uq_flag_reviews_flag_id_number", "flag_id", "number", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    flag_id: Mapped[UUID] = mapped_column(ForeignKey("flags.id"))
    number: Mapped[int]
    due_on: Mapped[date]
    reviewed_on: Mapped[date | None]
    keep: Mapped[bool | None]
    """Whether the flag still stands after it."""
    reason: Mapped[str | None] = mapped_column(Text)
    reviewed_by: Mapped[str | None] = mapped_column(String(255))


class Flag(Table):
    """What whoever works with a family must know before they do; one that was ended stays on record."""

    __tablename__ = "flags"
    __table_args__ = (Index(None, "case_id", "review_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    """Counted by hand, not a `version_id_col`: it also goes up where a review changes nothing but the review's row."""
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    child_id: Mapped[UUID | None]
    """None where the whole family is meant."""
    kind: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    set_on: Mapped[date]
    set_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
    review_on: Mapped[date]
    """When it is looked at again; of a flag that was ended, when it would have been."""
    ended_on: Mapped[date | None]

    case: Mapped[Case] = relationship(lazy="raise")
    reviews: Mapped[list[FlagReview]] = relationship(lazy="raise", order_by=FlagReview.number)
