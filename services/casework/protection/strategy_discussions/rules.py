"""Who takes part in a strategy discussion."""

from collections.abc import Collection, Iterator, Sequence
from typing import Literal

Agency = Literal["social_care", "police", "health", "education", "other"]

AT_LEAST: Sequence[Agency] = ("social_care", "police", "health")
"""Working Together: a local authority social worker, health practitioners and a police representative, as a minimum."""


def missing_agencies(agencies: Collection[Agency]) -> list[Agency]:
    return [each for each in AT_LEAST if each not in agencies]


def named_twice(agencies: Sequence[Agency]) -> Iterator[int]:
    """The places of agencies that stand there already; of `other` there may be several."""
    for number, agency in enumerate(agencies):
        if agency != "other" and agency in agencies[:number]:
            yield number
