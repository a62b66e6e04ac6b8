"""Which referral was made of which escalation of early help."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table


class EscalatedReferral(Table):
    """One escalation makes one referral, however often it is received."""

    __tablename__ = "escalated_referrals"

    escalation_id: Mapped[UUID] = mapped_column(primary_key=True)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), unique=True)
    case_id: Mapped[UUID]
    """The family's case, which has no table here."""
    opened_by_referral_id: Mapped[UUID | None]
    """The referral that opened that case, where it was announced with the escalation."""
