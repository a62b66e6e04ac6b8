"""What somebody is to do about a family; by which day, and when it was done, stands in its timescale."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.record.case_actions.rules import Status, status_of
from services.casework.record.contacts.models import Contact
from services.casework.record.timescales.models import Timescale
from services.casework.tables import Table
from services.casework.workforce.workers.models import Worker
from shared import clock

STEP = "action"


class CaseActionMove(Table):
    """An action was given another day, or taken up again after it lapsed, and why."""

    __tablename__ = "case_action_moves"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    action_id: Mapped[UUID] = mapped_column(ForeignKey("case_actions.id"), index=True)
    due_before: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    moved_by: Mapped[str] = mapped_column(String(255))
    moved_at: Mapped[datetime]


class CaseAction(Table):
    __tablename__ = "case_actions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    child_id: Mapped[UUID | None]
    """None where the whole family is meant; else the id that the child has in the case."""
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey(Contact.id))
    """Where it was agreed."""
    what: Mapped[str] = mapped_column(Text)
    owner_worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("workers.id"), index=True)
    owner: Mapped[str | None] = mapped_column(String(200))
    """Who is to do it, where it is nobody of the area teams: a partner, or somebody of the family."""
    agreed_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
    done_by: Mapped[str | None] = mapped_column(String(255))
    text: Mapped[str | None] = mapped_column(Text)
    cancelled_by: Mapped[str | None] = mapped_column(String(255))
    cancellation_reason: Mapped[str | None] = mapped_column(Text)

    owner_worker: Mapped[Worker | None] = relationship(lazy="raise")
    moves: Mapped[list[CaseActionMove]] = relationship(lazy="raise", order_by=CaseActionMove.moved_at)
    timescale: Mapped[Timescale] = relationship(
        primaryjoin=lambda: (CaseAction.id == Timescale.about_id) & (Timescale.step == STEP),
        foreign_keys=Timescale.about_id,
        uselist=False,
        viewonly=True,
        lazy="raise",
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def status(self) -> Status:
        kept = self.timescale
        return status_of(kept.due_on, kept.met_on, kept.ended_on, self.cancelled_by is not None, clock.today())
