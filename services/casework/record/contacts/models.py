"""Contacts with families and about them: each as it was recorded last, and every version of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.tables import Table
from services.casework.workforce.workers.models import Worker


class ContactColumns:
    """What is recorded of a contact, which a later version may change."""

    happened_at: Mapped[datetime]
    """Of one whose time of day is not known, noon in London."""
    time_known: Mapped[bool]
    happened_on: Mapped[date]
    """The day in London."""
    purpose: Mapped[str | None] = mapped_column(String(40))
    place: Mapped[str | None] = mapped_column(String(20))
    with_family: Mapped[bool]
    no_reply: Mapped[bool]
    """Nobody opened, answered or came."""
    text: Mapped[str | None] = mapped_column(Text)
    other_children_reason: Mapped[str | None] = mapped_column(Text)
    """Of a visit that does not name every child of the case, why not."""
    entered_in_error: Mapped[bool] = mapped_column(default=False)
    """It never happened, or it is another family's: it stays to be read, and counts for nothing."""


class Contact(ContactColumns, Table):
    __tablename__ = "contacts"
    __table_args__ = (Index(None, "case_id", "happened_at", "id"), Index(None, "case_id", "counts", "happened_on"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    """Counted by hand, not a `version_id_col`: it also goes up where an amendment changes nothing but its children."""
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(20))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"))
    """Who made it, for ever, whoever holds the family later."""
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
    counts: Mapped[bool]
    """`rules.counts_as_contact` of the last version."""

    children: Mapped[list["ContactChild"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ContactChild.child_id"
    )
    versions: Mapped[list["ContactVersion"]] = relationship(
        lazy="raise", cascade="all", order_by="ContactVersion.number"
    )
    worker: Mapped[Worker | None] = relationship(lazy="raise")


class ContactChild(Table):
    """A child that a contact is about, under the id that it has in the case."""

    __tablename__ = "contact_children"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    seen: Mapped[bool | None]
    seen_alone: Mapped[bool | None]
    not_seen_reason: Mapped[str | None] = mapped_column(Text)


class ContactVersion(ContactColumns, Table):
    """What was recorded of a contact at one time, by whom, and why it was amended; no row is ever changed."""

    __tablename__ = "contact_versions"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    children: Mapped[list[dict[str, Any]]]
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was amended; none of the first."""
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
