"""How an assessment stands, from what its last conclusion became, and which factors go together."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

Status = Literal["open", "completed", "authorised"]

NO_FACTORS = "21"
REPLACED = {"18A": "18B or 18C", "19A": "19B or 19C"}
"""Codes of earlier censuses, each with those that took its place (8945Q, 8950Q)."""


class Concluded(Protocol):
    """What became of a conclusion: None where nobody has answered it, or has re-opened the assessment after it."""

    agreed: bool | None
    reopened_reason: str | None


def status_of(last: Concluded | None) -> Status:
    """Completed until another person agrees; open again where that person does not, or where it is re-opened."""
    if last is None or last.agreed is False or last.reopened_reason is not None:
        return "open"
    return "authorised" if last.agreed else "completed"


class FactorFault(NamedTuple):
    """A factor that does not go with the others, by its place, and the rule of the census."""

    number: int
    code: str
    rule: str
    census_rule: str


def faults_of_factors(factors: Sequence[str]) -> Iterator[FactorFault]:
    """What the census refuses of the factors of one assessment."""
    for number, factor in enumerate(factors):
        if factor in REPLACED:
            census_rule = "8945Q" if factor == "18A" else "8950Q"
            yield FactorFault(number, "replaced", f"Use {REPLACED[factor]} in its place", census_rule)
        if factor in factors[:number]:
            yield FactorFault(number, "twice", "Each factor is named once", "8898")
        if factor == NO_FACTORS and len(factors) > 1:
            rule = "21, no factors identified, stands alone: leave it out, or the others"
            yield FactorFault(number, "stands-alone", rule, "8869")
