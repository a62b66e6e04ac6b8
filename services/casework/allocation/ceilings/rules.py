"""The caseload ceiling: how many children a worker may hold. Only a decision of governance changes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True)
class Decided:
    """A ceiling that was in force at some time, and the decision that made it."""

    children: int
    decision_id: UUID | None
    proposal_id: UUID | None
    effective_on: date
    decided_at: datetime
    in_force_since: datetime


def ceiling_before(instant: datetime, ever: Iterable[Decided]) -> Decided:
    """The ceiling in force just before an instant: of those applied by then the latest decision, in whatever order
    they were received; before the first, the first."""
    known = sorted(ever, key=lambda each: (each.effective_on, each.decided_at))
    applied = [each for each in known if each.in_force_since < instant]
    return applied[-1] if applied else known[0]


def ceiling_of(per_full_time: int, fte: Decimal) -> Decimal:
    """A worker's own ceiling, pro rata and exact: 16 × 0.6 = 9.6."""
    return per_full_time * fte


def fits(children: int, ceiling: Decimal) -> bool:
    """Whether so many children are within a ceiling: nine fit 9.6, ten do not."""
    return children <= ceiling


def utilisation(children: int, ceiling: Decimal) -> Decimal:
    """Children by ceiling, to four places; 0 where there is nobody to hold any."""
    return (children / ceiling).quantize(Decimal("0.0001")) if ceiling else Decimal(0)
