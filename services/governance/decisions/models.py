"""What bodies decided on proposals."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.governance.bodies.models import Body
from services.governance.meetings.models import Meeting
from services.governance.proposals.models import Proposal
from services.governance.tables import Table


class Decision(Table):
    """What a body decided on a proposal at a meeting; only what became of its effect is added later."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("meeting_id", "proposal_id"),
        Index(None, "proposal_id"),
        Index(None, "decided_at", "id"),
        Index(None, "body_id", "decided_at", "id"),
        Index(None, "effect_kind", "in_force_since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"))
    body_id: Mapped[UUID] = mapped_column(ForeignKey("bodies.id"))
    outcome: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(Text)
    conditions: Mapped[str | None] = mapped_column(Text)
    present: Mapped[list[str]]
    declared_interests: Mapped[list[str]]
    recorded_by: Mapped[str] = mapped_column(String(255))
    decided_at: Mapped[datetime]
    effective_on: Mapped[date]
    effect_kind: Mapped[str | None] = mapped_column(String(40))
    effect: Mapped[dict[str, Any] | None]
    """Only of the approval that ends the route: what is to be applied."""
    in_force_since: Mapped[datetime | None]
    in_force_until: Mapped[datetime | None]
    """When the effect of a later decision replaced this one's."""

    proposal: Mapped[Proposal] = relationship(lazy="raise", back_populates="decisions")
    meeting: Mapped[Meeting] = relationship(lazy="raise")
    body: Mapped[Body] = relationship(lazy="raise")
