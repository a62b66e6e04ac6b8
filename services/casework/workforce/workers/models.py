"""The people of the area teams, their posts over time, and how many of them hold how many children."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, validates

from services.casework.tables import Table
from services.casework.workforce.workers.rules import team_key
from shared.database import Hundredths
from shared.organisations import LONGEST_KEY


class OfATeam:
    """What is of a team: shown as it was typed, and compared by `team_key`."""

    team: Mapped[str | None] = mapped_column(String(60))
    team_key: Mapped[str | None] = mapped_column(String(LONGEST_KEY))

    @validates("team")
    def _keep_team_key(self, name: str, team: str | None) -> str | None:
        self.team_key = team_key(team)
        return team


class Worker(OfATeam, Table):
    """A worker as they are now; `Post` has how they were and will be."""

    __tablename__ = "workers"
    __table_args__ = (Index(None, "name", "id"), Index(None, "area", "name", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    """Counted by hand: a planned change may be in rows of `Post` alone, and what a worker holds is none of theirs."""
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(30))
    area: Mapped[str] = mapped_column(String(10))
    fte: Mapped[Decimal] = mapped_column(Hundredths)
    registration_number: Mapped[str | None] = mapped_column(String(20))
    subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    """The `sub` of the person's token, which joins the worker to who signs in."""
    recorded_at: Mapped[datetime]
    joined_on: Mapped[date]
    leaves_on: Mapped[date | None]
    """The last day in post, as far as it is known."""
    in_post: Mapped[bool] = mapped_column(default=True)
    """From the day of joining until the families are moved and the last day is past: who holds families is in post."""
    next_change_on: Mapped[date | None] = mapped_column(index=True)
    """The first day to come on which the post begins, changes or has ended; none while no such day is known."""
    children: Mapped[int] = mapped_column(default=0)
    """Held now; `families` likewise. Counted by `settle` of `cases/holdings/actions.py` alone."""
    families: Mapped[int] = mapped_column(default=0)


class Post(OfATeam, Table):
    """What a worker was from a day until before another: none for the last one. A later `from_on` is still to come."""

    __tablename__ = "posts"
    __table_args__ = (Index(None, "area", "from_on"),)

    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date | None]
    role: Mapped[str] = mapped_column(String(30))
    area: Mapped[str] = mapped_column(String(10))
    fte: Mapped[Decimal] = mapped_column(Hundredths)


class WorkersHolding(Table):
    """How many key workers in post of an area hold so many children now, so that a summary need not visit each."""

    __tablename__ = "workers_holding"

    area: Mapped[str] = mapped_column(String(10), primary_key=True)
    children: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    workers: Mapped[int]
    families: Mapped[int]
    fte: Mapped[Decimal] = mapped_column(Hundredths)
