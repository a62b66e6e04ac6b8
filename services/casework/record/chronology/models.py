"""What happened, one entry for each fact, in whichever service it happened."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class ChronologyEntry(Table):
    __tablename__ = "chronology_entries"
    __table_args__ = (
        Index(None, "family_id", "at", "id"),
        Index("uq_chronology_entries_kind_about_id", "kind", "about_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    at: Mapped[datetime]
    """When it happened; of what has only a day, noon in London, or when it was recorded, if on that day itself."""
    recorded_at: Mapped[datetime]
    """When it was first recorded here: of two facts of one moment the later recorded one is the newer."""
    kind: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(20))
    """The service in which it happened."""
    about_id: Mapped[UUID]
    """The thing or the event that it is about: of one kind there is one entry for it."""
    family_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    referral_id: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]]
    """Codes, ids, counts and days."""
    text: Mapped[str | None] = mapped_column(Text)
    """What a person wrote, where the entry is of this service; never in an event."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Of an entry that may be received or recorded again, the number of that: a lower number is an older fact."""


class ChronologyChild(Table):
    """A child that an entry is about, under the id that was used then."""

    __tablename__ = "chronology_children"
    __table_args__ = (Index(None, "child_id", "at", "entry_id"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("chronology_entries.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    """The entry's, so that a child's entries are read from one index."""
