"""The claim for the outcome of a family."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class OutcomeClaim(Table):
    """The claim for a family's outcome: there is one, ever."""

    __tablename__ = "outcome_claims"
    __table_args__ = (Index(None, "claimed_on", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    family_id: Mapped[UUID] = mapped_column(unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    area: Mapped[str | None] = mapped_column(String(10))
    criteria_version: Mapped[str] = mapped_column(String(4))
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("thriving_families_assessments.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("outcome_plans.id"))
    needs: Mapped[list[str]]
    claimed_on: Mapped[date]
    claimable_from: Mapped[date]
    claimed_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]
