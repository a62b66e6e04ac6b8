"""What came from an older system."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class ImportedRow(Table):
    """A thing of the older system, under its reference there; a later file that has it again must have it the same."""

    __tablename__ = "imported_rows"

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    """`worker`, `case`, `child` (of a case), `person` (a child, whatever the case), `allocation`, `plan`,
    `assessment` or `enquiry`."""
    reference: Mapped[str] = mapped_column(String(130), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    """Of the row's content, so that another file is compared with the row and not with what was changed here since."""
    about_id: Mapped[UUID]
    imported_by: Mapped[str] = mapped_column(String(255))
    imported_at: Mapped[datetime]
