"""Issues: what the work itself puts on a meeting's agenda, by event."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.governance.meetings.models import Meeting
from services.governance.tables import Table


class Issue(Table):
    """One item on one agenda, however often what it is about came up before the meeting."""

    __tablename__ = "issues"
    __table_args__ = (UniqueConstraint("kind", "about_id", "meeting_id"), Index(None, "meeting_id", "since", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"))
    kind: Mapped[str] = mapped_column(String(40))
    about_id: Mapped[UUID]
    """What it is about, such as a worker, by its id in the service that published the event."""
    facts: Mapped[dict[str, Any]]
    """Codes and counts of the latest event."""
    sequence: Mapped[int]
    """The number of that event among the events about the same thing: an older one that comes late changes no facts.
    Where many things are counted together, the minute of the count."""
    occurrences: Mapped[int]
    since: Mapped[datetime]

    meeting: Mapped[Meeting] = relationship(lazy="raise")
