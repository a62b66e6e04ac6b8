"""What only the index of people needs of a child who came from an older system."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.cases.cases.models import Case
from services.casework.tables import Table


class ImportedChild(Table):
    """Beside names and birth date, which the case has."""

    __tablename__ = "imported_children"

    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True)
    sex: Mapped[str] = mapped_column(String(1))
    nhs_number: Mapped[str | None] = mapped_column(String(10))
    upn: Mapped[str | None] = mapped_column(String(13))
    address: Mapped[dict[str, Any]]
    """The family's: `{lines, postcode}`."""
