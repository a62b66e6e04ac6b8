"""Families that are open to the Family Support Service: the case, its children, its referrals.

Most columns of `Case` follow from facts that other topics keep: `cases/holdings/actions.py:settle` alone writes
those.
"""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.tables import Table
from services.casework.workforce.workers.models import OfATeam, Worker
from shared import clock

IS_OPEN: ColumnElement[bool] = literal_column("status = 'open'")


class CaseChild(Table):
    __tablename__ = "case_children"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100))
    date_of_birth: Mapped[date | None] = mapped_column(index=True)
    expected_date_of_birth: Mapped[date | None]
    additional_needs: Mapped[bool] = mapped_column(default=False)
    """The service is for them to 25, not to 19 (R§49)."""
    joined_on: Mapped[date]
    asked_at: Mapped[datetime | None]
    """When the front door was last asked who the child is; None: it has not been since the child joined."""


class Case(OfATeam, Table):
    """A family that is or was open to the service; its team is its key worker's, none while nobody is allocated."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "status", "opened_on", "id"),
        Index(None, "key_worker_id", "status"),
        Index(None, "last_key_worker_id", "closed_on"),
        Index(None, "area", "status", "opened_on", "id"),
        Index(None, "team_key", "status", "opened_on", "id"),
        Index("uq_cases_open_family_id", "family_id", unique=True, postgresql_where=IS_OPEN, sqlite_where=IS_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    """Counted by hand, in `cases/cases/actions.py`: a past step, move or key worker may change rows of others alone."""
    referral_id: Mapped[UUID] = mapped_column(unique=True)
    """The one that opened it; `CaseReferral` has those that joined it."""
    family_id: Mapped[UUID] = mapped_column(index=True)
    old_reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    """What an older system called it, where it was imported."""
    opened_on: Mapped[date]
    opened_at: Mapped[datetime]
    area: Mapped[str | None] = mapped_column(String(10))
    pathway: Mapped[str] = mapped_column(String(20))
    """Of a closed case, the last."""
    status: Mapped[str] = mapped_column(String(10))
    """`open`, `closed`, or `joined`: its work goes on in another case of the family."""
    closed_on: Mapped[date | None]
    """Of a joined case, when it was joined."""
    joined_into_id: Mapped[UUID | None] = mapped_column(index=True)
    key_worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"))
    last_key_worker_id: Mapped[UUID | None]
    """Who holds it; of a closed case, who held it to its end."""
    child_count: Mapped[int] = mapped_column(default=0)
    unallocated_since: Mapped[date | None] = mapped_column(index=True)
    """Since when it waits for a key worker; none where it has one, needs none, or is closed."""
    last_contact_on: Mapped[date | None]

    children: Mapped[list[CaseChild]] = relationship(lazy="raise", order_by=CaseChild.child_id)
    key_worker: Mapped[Worker | None] = relationship(lazy="raise")

    @property
    def days_waiting(self) -> int | None:
        return (clock.today() - self.unallocated_since).days if self.unallocated_since else None

    @property
    def days_since_last_contact(self) -> int | None:
        if self.last_contact_on is None or self.status != "open":
            return None
        return (clock.today() - self.last_contact_on).days


class CorrectedChild(Table):
    """When the front door was asked last about a child that it had corrected: who asked before knows less."""

    __tablename__ = "corrected_children"

    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]


class CaseToAnnounce(Table):
    """A case that was open before the front door asked how cases stand, and is still to be announced to it."""

    __tablename__ = "cases_to_announce"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)


class CaseReferral(Table):
    """A referral that was accepted for this family while its case was open, and the one that opened it."""

    __tablename__ = "case_referrals"

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    """What the index calls the family of this referral: another than the case's where they were joined by a merge."""
    outcome: Mapped[str] = mapped_column(String(30))
    decided_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    """None of one that joined before this was kept."""
