"""Decisions as they were made, and the signatures of second persons; rows are added and never changed."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.referrals.decisions.rules import DecisionState, state_of
from services.referrals.tables import Table


class Decision(Table):
    """What one person decided and what the rules suggested then, so that it can be explained as it was made."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "referral_id", "recorded_at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    referral_id: Mapped[UUID] = mapped_column(ForeignKey("referrals.id"))
    recorded_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(30))
    level: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    primary_need: Mapped[str | None] = mapped_column(String(2))
    unanswered_matches: Mapped[list[dict[str, Any]]]
    """Strong matches that nobody had answered then, by child, each with its score."""
    unanswered_matches_reason: Mapped[str | None] = mapped_column(Text)
    open_cases: Mapped[list[dict[str, Any]]]
    """Those that the rules went by, as they were shown to whoever decided; none of before they were kept."""
    decided_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(255))

    rules_version: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]]
    suggested_level: Mapped[int]
    suggested_outcome: Mapped[str] = mapped_column(String(30))
    met: Mapped[list[dict[str, Any]]]
    not_met: Mapped[list[dict[str, Any]]]
    departs: Mapped[bool]
    offers: Mapped[list[dict[str, Any]]]
    offers_available: Mapped[bool | None]
    link_worker: Mapped[dict[str, Any] | None]
    signature_because: Mapped[str | None] = mapped_column(String(40))
    """Why a second person must sign it; none: nobody."""

    signature: Mapped["Signature | None"] = relationship(lazy="raise", viewonly=True)

    @property
    def state(self) -> DecisionState:
        return state_of(self.signature_because is not None, self.signature.agreed if self.signature else None)


class Signature(Table):
    """A second person's answer to a decision; one to each."""

    __tablename__ = "decision_signatures"

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    agreed: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime]
    signed_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
