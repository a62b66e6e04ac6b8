"""Which families and children are open to the Family Support Service, as casework has it."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.referrals.tables import Table


class OpenCase(Table):
    """A case as casework showed it last; one that is closed stays, so that an older response cannot open it again."""

    __tablename__ = "open_cases"

    case_id: Mapped[UUID] = mapped_column(primary_key=True)
    family_id: Mapped[UUID] = mapped_column(index=True)
    pathway: Mapped[str] = mapped_column(String(20))
    area: Mapped[str | None] = mapped_column(String(10))
    is_open: Mapped[bool]
    since: Mapped[date]
    key_worker_id: Mapped[UUID | None]
    key_worker_name: Mapped[str | None] = mapped_column(String(100))
    revision: Mapped[int]
    """In casework: a response with a lower one is older."""
    key_worker_revision: Mapped[int]
    """Of the key worker there, whose name may change alone; 0 where there is none."""


class PlanOfChild(Table):
    """A child protection plan as casework announced it last: while it is in force, no other record of the child that
    has one is merged with this."""

    __tablename__ = "plans_of_children"

    plan_id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(index=True)
    in_force: Mapped[bool]
    sequence: Mapped[int]
    """The number of that event: one with a lower number is an older fact."""


class OpenCaseChild(Table):
    """A child of such a case, under the id that it has there."""

    __tablename__ = "open_case_children"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("open_cases.case_id"), primary_key=True)
    child_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
