"""Every child of every case once for each age that is watched: not a table but a question to one."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, extract, literal, select, union_all
from sqlalchemy.orm import Mapped

from services.casework.cases.cases.models import CaseChild
from services.casework.outcomes.ageing_out.rules import AGES
from services.casework.tables import Table

_COLUMNS = CaseChild.__table__.c


def _at(age: int) -> Select[Any]:
    born = _COLUMNS.date_of_birth
    order = (extract("year", born) + int(age)) * 10_000 + extract("month", born) * 100 + extract("day", born)
    return select(
        _COLUMNS.case_id,
        _COLUMNS.child_id,
        born.label("date_of_birth"),
        _COLUMNS.additional_needs,
        literal(int(age)).label("age"),
        order.label("order"),
    )


class ChildAtAge(Table):
    """A child of a case and an age; rows are found by `date_of_birth`, which has an index."""

    __table__ = union_all(*map(_at, AGES)).subquery("children_at_ages")
    __mapper_args__ = {"primary_key": [__table__.c.case_id, __table__.c.child_id, __table__.c.age]}

    case_id: Mapped[UUID]
    child_id: Mapped[UUID]
    date_of_birth: Mapped[date]
    additional_needs: Mapped[bool]
    age: Mapped[int]
    order: Mapped[int]
    """The birthday as a number, 20260301, so that a list is in its order: 29 February comes before 1 March in every
    year."""
