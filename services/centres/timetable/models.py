"""Activities and the sessions that they recur in."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.centres.tables import Table
from services.centres.timetable.rules import LONGEST_WORKER_KEY, Audience


class Activity(Table):
    """What recurs: a title, a room, a wall-clock time and, perhaps, a rule of recurrence."""

    __tablename__ = "activities"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id"))
    title: Mapped[str] = mapped_column(String(100))
    audience: Mapped[Audience] = mapped_column(String(10))
    provider: Mapped[str] = mapped_column(String(100))
    recurrence: Mapped[str | None] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(DateTime())
    """As London's clocks show it, without a zone: the recurrence is counted on the wall clock."""
    made_until: Mapped[datetime | None] = mapped_column(DateTime(), index=True)
    """To where on London's wall clock its sessions are made; None where the series has no more of them."""
    minutes: Mapped[int]
    capacity: Mapped[int]
    minimum_age: Mapped[int | None]
    maximum_age: Mapped[int | None]
    scheduled_at: Mapped[datetime]
    scheduled_by: Mapped[str] = mapped_column(String(255))


class ActivityWorker(Table):
    """Who works at an activity: a worker's id, or a name that a partner gave. Never public."""

    __tablename__ = "activity_workers"

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    worker_key: Mapped[str] = mapped_column(String(LONGEST_WORKER_KEY), primary_key=True, index=True)
    """`worker_key` of it, so that nobody is booked twice for want of a capital letter or an accent."""
    worker: Mapped[str] = mapped_column(String(60))


class SessionNotMade(Table):
    """A session of a series that could not be made when its day came near, and is tried again every day."""

    __tablename__ = "sessions_not_made"

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    """The code of the problem: `room-clash`, `staff-clash` or `open-sessions-not-provided`."""
    tried_on: Mapped[date] = mapped_column(index=True)


class TimetableSession(Table):
    """One meeting of an activity."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "centre_id", "starts_at", "id"), Index(None, "room_id", "starts_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activities.id"), index=True)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centres.id"))
    room_id: Mapped[UUID] = mapped_column(ForeignKey("rooms.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    places_taken: Mapped[int] = mapped_column(default=0)
    """Counted by `actions.take_place`, under a lock of this row."""

    activity: Mapped[Activity] = relationship(lazy="raise")
