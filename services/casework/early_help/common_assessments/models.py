"""What a Team Around the Family finds: its Common Assessment Frameworks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.casework.tables import Table


class CommonAssessment(Table):
    """A Common Assessment Framework (CAF): strengths and needs in its three domains, and what child and family wish."""

    __tablename__ = "common_assessments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    version: Mapped[int] = mapped_column()
    family_team_id: Mapped[UUID] = mapped_column(ForeignKey("family_teams.id"), index=True)
    child_ids: Mapped[list[str]]
    started_on: Mapped[date]
    completed_on: Mapped[date | None]
    domains: Mapped[dict[str, Any]]
    wishes: Mapped[dict[str, Any] | None]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}
