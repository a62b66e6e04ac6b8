"""Two open cases of one family that became one, with all that moved, so that it can be reversed to the last row."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class CasesToJoin(Table):
    """Two cases that a merge found to be of one family while both were open: one of them is to be joined into the
    other. What was closed or joined since is left out where it is read."""

    __tablename__ = "cases_to_join"
    __table_args__ = (Index("uq_cases_to_join_case_id_other_id", "case_id", "other_id", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    """The lower of the two ids."""
    other_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    found_at: Mapped[datetime]


class CaseJoining(Table):
    """A case was joined into another one of its family on a day, until the merge that had made them one was
    reversed."""

    __tablename__ = "case_joinings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    into_case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    joined_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    joined_by: Mapped[str] = mapped_column(String(255))
    joined_at: Mapped[datetime]
    key_worker_id: Mapped[UUID | None]
    """Who held the joined case until then."""
    ended_team_id: Mapped[UUID | None]
    """Its Team Around the Family, where that ended because the other case had one."""
    reversed_on: Mapped[date | None]
    reversed_at: Mapped[datetime | None]


class JoinedChild(Table):
    """A child that came to the other case with a joining, and stays until the joining is reversed."""

    __tablename__ = "joined_children"

    joining_id: Mapped[UUID] = mapped_column(ForeignKey("case_joinings.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    left_on: Mapped[date | None]


class JoinedRow(Table):
    """A row of another table that moved to the other case with a joining."""

    __tablename__ = "joined_rows"

    joining_id: Mapped[UUID] = mapped_column(ForeignKey("case_joinings.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The name of its table."""
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
