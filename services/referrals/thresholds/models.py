"""Who has worked with a family, as casework announces it."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table


class KeyWorker(Table):
    """The last worker known of each case; casework's ids, for which this service has no rows of its own."""

    __tablename__ = "key_workers"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    worker_id: Mapped[UUID]
    since: Mapped[date]
    sequence: Mapped[int]
    """Of the case's events: an older one that comes late changes nothing."""
