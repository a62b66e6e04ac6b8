"""Families open to the service, as casework announces them, and places at sessions."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.centres.tables import Table


class FamilyCase(Table):
    """A case by casework's latest event; a family is open to the service while one of its cases is."""

    __tablename__ = "family_cases"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    child_ids: Mapped[list[str]]
    is_open: Mapped[bool]
    sequence: Mapped[int]
    """The number of that event: one with a lower number is an older fact."""


class NamedByCase(Table):
    """An id under which somebody of a case is known: of its family, of its children, of a referral that joined it."""

    __tablename__ = "named_by_cases"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    named_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    joined: Mapped[bool]
    """Of a referral that joined the case: no later event takes that back."""


class Booking(Table):
    __tablename__ = "bookings"
    __table_args__ = (Index(None, "session_id", "family_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"))
    family_id: Mapped[UUID] = mapped_column(index=True)
    child_id: Mapped[UUID | None] = mapped_column(index=True)
    counted_as: Mapped[UUID | None]
    """The booking that counts for this one, since both are of one child, or of one family; None: this one counts."""
    status: Mapped[str] = mapped_column(String(10))
    booked_at: Mapped[datetime]
    booked_by: Mapped[str] = mapped_column(String(255))
