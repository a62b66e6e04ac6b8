"""The outcome stars of a family, one row for each domain."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table

HOLDS: ColumnElement[bool] = literal_column("replaced_at IS NULL")


class StarReading(Table):
    """Where a person stands in one domain on a day, from 1 to 10; read again for that day, the earlier is replaced."""

    __tablename__ = "star_readings"
    __table_args__ = (
        Index(None, "family_id", "read_on", "star_id", "domain"),
        Index(
            "uq_star_readings_that_hold",
            *("family_id", "person", "domain", "read_on"),
            unique=True,
            postgresql_where=HOLDS,
            sqlite_where=HOLDS,
        ),
    )

    star_id: Mapped[UUID] = mapped_column(primary_key=True)
    """One person's readings of one day, taken together."""
    domain: Mapped[str] = mapped_column(String(40), primary_key=True)
    family_id: Mapped[UUID]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    person: Mapped[str] = mapped_column(String(40))
    """A child's id as it was used then, or who an adult is: `mother`, `mother:2`."""
    read_on: Mapped[date]
    value: Mapped[int]
    read_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
