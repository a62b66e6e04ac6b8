"""Families that are open to the Family Support Service: what happened to each case, and what follows from that.

`PathwayStep`, `Allocation`, `CaseMove` and `CaseChild` are the facts. `Holding`, `UnallocatedCount` and most columns of
`Case` follow from them: `actions.settle` alone writes those.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, literal_column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.cases.rules import CLOSED
from services.casework.tables import Table
from services.casework.workers.models import Worker
from shared import clock
from shared.database import Hundredths

NOT_ENDED: ColumnElement[bool] = literal_column("ended_on IS NULL")
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


class Case(Table):
    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "status", "opened_on", "id"),
        Index(None, "key_worker_id", "status"),
        Index(None, "area", "status", "opened_on", "id"),
        Index("uq_cases_open_family_id", "family_id", unique=True, postgresql_where=IS_OPEN, sqlite_where=IS_OPEN),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    referral_id: Mapped[UUID] = mapped_column(unique=True)
    """The one that opened it; `CaseReferral` has those that joined it."""
    family_id: Mapped[UUID] = mapped_column(index=True)
    old_reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    """What an older system called it, where it was imported."""
    opened_on: Mapped[date]
    opened_at: Mapped[datetime]
    area: Mapped[str | None] = mapped_column(String(10))
    team: Mapped[str | None] = mapped_column(String(60))
    """The key worker's team; none while nobody is allocated."""
    pathway: Mapped[str] = mapped_column(String(20))
    """Of a closed case, the last."""
    status: Mapped[str] = mapped_column(String(10))
    closed_on: Mapped[date | None]
    key_worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"))
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
        if self.last_contact_on is None or self.status == CLOSED:
            return None
        return (clock.today() - self.last_contact_on).days


class CaseReferral(Table):
    """A referral that was accepted for this family while its case was open, and the one that opened it."""

    __tablename__ = "case_referrals"

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    """What the index calls the family of this referral: another than the case's where they were joined by a merge."""
    outcome: Mapped[str] = mapped_column(String(30))
    decided_at: Mapped[datetime]


class PathwayStep(Table):
    """From a day on a case is on this pathway, or `closed`; of two steps on one day the later recorded one holds."""

    __tablename__ = "pathway_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]
    """1 for the opening."""
    pathway: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(Text)
    closure: Mapped[str | None] = mapped_column(String(3))
    """RC1 to RC9, of the step to `closed`."""
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class CaseMove(Table):
    """From a day on a case is in this area; where there is none, it is not known where the family lives."""

    __tablename__ = "case_moves"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    number: Mapped[int]
    area: Mapped[str | None] = mapped_column(String(10))
    from_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]


class Allocation(Table):
    """Which worker held which family, from a day until before another."""

    __tablename__ = "allocations"
    __table_args__ = (
        Index(
            "uq_allocations_open_case_id", "case_id", unique=True, postgresql_where=NOT_ENDED, sqlite_where=NOT_ENDED
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("workers.id"), index=True)
    starts_on: Mapped[date] = mapped_column(index=True)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(30))
    """`transferred`, `closed`, `stepped_down`, `registration_required`."""
    children: Mapped[int]
    """The worker's children with this family."""
    ceiling: Mapped[Decimal] = mapped_column(Hundredths)
    """The worker's own ceiling at that time."""
    override_reason: Mapped[str | None] = mapped_column(Text)
    """Only where a manager passed the ceiling, or chose a worker on leave or leaving."""
    allocated_by: Mapped[str] = mapped_column(String(255))
    allocated_at: Mapped[datetime]


class Holding(Table):
    """How a case stood from a day until before another: one row for each stretch of time in which nothing changed.

    What caseloads are asked for past days; the row without `until_on` is how an open case stands now.
    """

    __tablename__ = "holdings"
    __table_args__ = (Index(None, "key_worker_id", "from_on"), Index(None, "from_on", "until_on"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date | None]
    area: Mapped[str | None] = mapped_column(String(10))
    pathway: Mapped[str] = mapped_column(String(20))
    key_worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"))
    children: Mapped[int]


class UnallocatedCount(Table):
    """How many families of an area wait for a key worker now; the area is empty where it is not known."""

    __tablename__ = "unallocated_counts"

    area: Mapped[str] = mapped_column(String(10), primary_key=True)
    families: Mapped[int]
    children: Mapped[int]


class MergedChild(Table):
    """What the referrals service last said of a child's record: merged into another, or standing for itself again."""

    __tablename__ = "merged_children"

    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    surviving_child_id: Mapped[UUID | None] = mapped_column(index=True)
    """None: a merge was reversed."""
    sequence: Mapped[int]
    """The number of the event that said so: one with a lower number is an older fact."""


class FamilyRestriction(Table):
    """Somebody who may see a restricted family; who is not named by every service that restricts it, may not."""

    __tablename__ = "family_restrictions"

    family_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`referrals` or `casework`: who restricted it."""
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
