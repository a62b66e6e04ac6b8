"""Proposals, and their way through the bodies."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.governance.bodies.models import Body
from services.governance.tables import Table


class RouteStep(Table):
    """One body on a proposal's route."""

    __tablename__ = "route_steps"
    __table_args__ = (Index(None, "proposal_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"))
    position: Mapped[int]
    body_id: Mapped[UUID] = mapped_column(ForeignKey("bodies.id"))
    role: Mapped[str] = mapped_column(String(20))
    because: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(String(30))
    """How the body's turn ended; none: it has yet to decide."""
    decided_on: Mapped[date | None]
    """The day of the meeting that ended the turn."""

    body: Mapped[Body] = relationship(lazy="raise")


class Gate(Table):
    """What must be passed before a proposal may be approved."""

    __tablename__ = "gates"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("proposals.id"), primary_key=True)
    gate: Mapped[str] = mapped_column(String(30), primary_key=True)
    required_because: Mapped[str] = mapped_column(Text)
    passed_at: Mapped[datetime | None]


class Proposal(Table):
    __tablename__ = "proposals"
    __table_args__ = (Index(None, "waits_for_body_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40))
    workstream: Mapped[str | None] = mapped_column(String(60))
    impact: Mapped[dict[str, Any]]
    effect: Mapped[dict[str, Any] | None]
    proposed_by: Mapped[str] = mapped_column(String(255))
    """The subject of its proposer, who does not decide on it."""
    proposed_by_name: Mapped[str | None] = mapped_column(String(200))
    """The name in the proposer's token: minutes list who was present by name."""
    submitted_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(15))
    waits_for_body_id: Mapped[UUID | None] = mapped_column(ForeignKey("bodies.id"))
    """The body whose turn it is; none once the round is over."""
    waits_from: Mapped[date]
    """The first day whose meetings may take it: no meeting decides on what was not yet before it."""
    in_force_since: Mapped[datetime | None]

    route: Mapped[list[RouteStep]] = relationship(lazy="raise", order_by=RouteStep.position)
    gates: Mapped[list[Gate]] = relationship(lazy="raise", order_by=Gate.gate)
    decisions: Mapped[list[Any]] = relationship(
        "Decision", lazy="raise", back_populates="proposal", order_by="Decision.decided_at"
    )
    """Rows of the topic decisions, by name only: that topic builds on this one."""

    __mapper_args__ = {"version_id_col": version}
