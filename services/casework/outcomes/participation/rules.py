"""Whose participation after compulsory schooling is asked about, in which month."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from services.casework.outcomes.ageing_out.rules import Age, reaches_on

LEAVES_AT, TO, TO_WITH_NEEDS = 16, Age.PAST_NINETEEN, Age.PAST_TWENTY_FIVE
"""Asked about from the September after compulsory school age, which ends on the last Friday in June of the school year
in which one is 16 (Education Act 1996 s8), to the birthday from which the service is not for them (R§47, R§49)."""

PARTICIPATING = frozenset({"education", "employment", "training"})


def first_month(date_of_birth: date) -> date:
    """School years begin in September: whoever is 16 on 31 August leaves in that year."""
    sixteenth = date_of_birth + relativedelta(years=LEAVES_AT)
    return date(sixteenth.year if sixteenth.month < 9 else sixteenth.year + 1, 9, 1)


def is_asked_about(date_of_birth: date, additional_needs: bool, month: date) -> bool:
    """Whether a young person is asked about in a month, given by its first day: not if all of it is after the birthday
    that ends it."""
    ends_on = reaches_on(date_of_birth, TO_WITH_NEEDS if additional_needs else TO)
    return first_month(date_of_birth) <= month < ends_on


@dataclass(frozen=True)
class Born:
    """The birth dates of those who are asked about in a month: `is_asked_about` turned round, for a database."""

    up_to: date
    after: date
    after_with_needs: date


def born_for(month: date) -> Born:
    left_in = month.year if month.month >= 9 else month.year - 1
    return Born(
        up_to=date(left_in - LEAVES_AT, 8, 31),
        after=month - relativedelta(years=TO),
        after_with_needs=month - relativedelta(years=TO_WITH_NEEDS),
    )


def counted_on(month: date, today: date) -> date:
    """The day whose open cases are counted for a month: its last, or today while it runs."""
    return min(month + relativedelta(months=1) - timedelta(days=1), today)
