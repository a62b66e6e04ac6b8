"""Referrals and every change to them; the people they are about are in the index, `people`."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.referrals.people.models import Adult, Child
from services.referrals.referrals.rules import UNDECIDED, acknowledgement_due_by
from services.referrals.tables import Table
from shared.organisations import LONGEST_KEY


class Referral(Table):
    __tablename__ = "referrals"
    __table_args__ = (
        Index(None, "status", "queue_rank", "next_due_at", "id"),
        Index(None, "organisation_key", "id"),
        Index(None, "submitted_by", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column(default=1)
    """Counted by hand: each step in the change log is one, and announcing an overdue decision is none."""
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    status: Mapped[str] = mapped_column(String(20))
    family_id: Mapped[UUID] = mapped_column(ForeignKey("families.id"), index=True)

    submitted_by: Mapped[str] = mapped_column(String(255))
    organisation: Mapped[str | None] = mapped_column(String(200))
    """The organisation in the referrer's token, or the one that the MASH confirmed: its people follow the referral."""
    organisation_key: Mapped[str | None] = mapped_column(String(LONGEST_KEY))
    organisation_confirmed_by: Mapped[str | None] = mapped_column(String(255))
    referrer: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(String(2))
    address: Mapped[dict[str, Any] | None]
    postcode_status: Mapped[str] = mapped_column(String(10))
    area: Mapped[str | None] = mapped_column(String(10))
    district: Mapped[str | None] = mapped_column(String(9))
    concerns: Mapped[list[str]]
    needs: Mapped[list[str]]
    narrative: Mapped[str] = mapped_column(Text)
    immediate_danger: Mapped[bool]
    consent: Mapped[dict[str, Any] | None]

    received_at: Mapped[datetime] = mapped_column(index=True)
    recorded_at: Mapped[datetime]
    rating_due_at: Mapped[datetime]
    decision_due_at: Mapped[datetime]
    queue_rank: Mapped[int]
    """0 with immediate danger, else 1: what stands first in every list."""
    next_due_at: Mapped[datetime]
    """When the next step is due: the rating, then the decision."""
    overdue_announced_at: Mapped[datetime | None]
    """When it was announced that the decision is overdue; empty again once a later due time is set."""

    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(255))

    withdrawal_request: Mapped[dict[str, Any] | None]
    """That the referrer asks to withdraw it, and what the MASH decided; the last one, the change log has them all."""

    rating: Mapped[str | None] = mapped_column(String(5))
    rating_reason: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None]
    rated_by: Mapped[str | None] = mapped_column(String(255))
    first_rated_at: Mapped[datetime | None]
    """What counts for a rating in time, however often it is rated again."""

    outcome: Mapped[str | None] = mapped_column(String(30))
    level: Mapped[int | None]
    decision_reason: Mapped[str | None] = mapped_column(Text)
    primary_need: Mapped[str | None] = mapped_column(String(2))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(255))
    link_worker: Mapped[dict[str, Any] | None]
    """Named by a decision for early help, as it was then."""

    children: Mapped[list[Child]] = relationship(secondary="referral_children", lazy="raise", order_by=Child.id)
    adults: Mapped[list[Adult]] = relationship(
        primaryjoin="foreign(Adult.family_id) == Referral.family_id", viewonly=True, lazy="raise", order_by=Adult.id
    )

    @property
    def acknowledgement_due_at(self) -> datetime:
        return acknowledgement_due_by(self.received_at)

    @property
    def withdrawal_requested_at(self) -> datetime | None:
        """Since when a withdrawal request waits for the MASH; none where none waits, or the referral is decided."""
        request = self.withdrawal_request
        if request is None or request["accepted"] is not None or self.status not in UNDECIDED:
            return None
        return datetime.fromisoformat(request["requested_at"])


class ReferralChild(Table):
    __tablename__ = "referral_children"

    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("children.id"), primary_key=True, index=True)


class ReferralChange(Table):
    """One step in the life of a referral, as it was taken; rows are added and never changed."""

    __tablename__ = "referral_changes"
    __table_args__ = (UniqueConstraint("referral_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    number: Mapped[int]
    """Counts the steps of one referral: the version that the step made."""
    step: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(255))
    reason: Mapped[str | None] = mapped_column(Text)
    values: Mapped[dict[str, Any]]
