"""Which families were shown by name in a list that somebody looked at."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class ListedCase(Table):
    """A case that was shown by name in a list; `audit_id` is the one row that the audit has of that look."""

    __tablename__ = "listed_cases"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    audit_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
