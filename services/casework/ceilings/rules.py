"""The caseload ceiling: how many children a worker may hold. Only a decision of governance changes it."""

from decimal import Decimal


def ceiling_of(per_full_time: int, fte: Decimal) -> Decimal:
    """A worker's own ceiling, pro rata and exact: 16 × 0.6 = 9.6."""
    return per_full_time * fte


def fits(children: int, ceiling: Decimal) -> bool:
    """Whether so many children are within a ceiling: nine fit 9.6, ten do not."""
    return children <= ceiling


def utilisation(children: int, ceiling: Decimal) -> Decimal:
    """Children by ceiling, to four places; 0 where there is nobody to hold any."""
    return (children / ceiling).quantize(Decimal("0.0001")) if ceiling else Decimal(0)
