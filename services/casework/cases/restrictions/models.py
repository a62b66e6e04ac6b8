"""Who may see a restricted family."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class FamilyRestriction(Table):
    """Somebody who may see a restricted family; who is not named by every service that restricts it, may not."""

    __tablename__ = "family_restrictions"

    family_id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(10), primary_key=True)
    """`referrals` or `casework`: who restricted it."""
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    announced_at: Mapped[datetime | None]
    """Of those that casework restricts: None for what was restricted before it was announced, until a timer does."""


class RestrictionSequence(Table):
    """The number of the last event about who may see a family: one with a lower number is an older fact."""

    __tablename__ = "restriction_sequences"

    family_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]
