"""The stages of the way to court, for each child."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.casework.tables import Table


class CourtStage(Table):
    __tablename__ = "court_stages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    stage: Mapped[str] = mapped_column(String(30))
    on: Mapped[date] = mapped_column("reached_on")
    order: Mapped[str | None] = mapped_column("made_order", String(40))
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    children: Mapped[list["CourtStageChild"]] = relationship(
        back_populates="reached", lazy="raise", order_by="CourtStageChild.child_id"
    )


class CourtStageChild(Table):
    __tablename__ = "court_stage_children"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    stage_id: Mapped[UUID] = mapped_column(ForeignKey("court_stages.id"), index=True)
    child_id: Mapped[UUID] = mapped_column(index=True)

    reached: Mapped[CourtStage] = relationship(back_populates="children", lazy="raise")
