"""What callers of the counts endpoint send and get."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel

from services.referrals import codes
from services.referrals.referrals.rules import Rating
from shared.places import Area
from shared.web import RequestBody


class CountsQuery(RequestBody):
    """Whose referrals are counted."""

    area: Area | None = None


class Counts(BaseModel):
    """How many referrals were received in a period, and how many of these were rated and decided, and in time."""

    received: int = 0
    rated: int = 0
    rated_in_time: int = 0
    decided: int = 0
    decided_in_time: int = 0

    def add(self, other: "Counts") -> None:
        for name in Counts.model_fields:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class CountsOfPeriod(Counts):
    """Those of one period, by the time of receipt; a withdrawn referral was received all the same."""

    since: datetime
    until: datetime
    by_rating: dict[Rating | Literal["unrated"], Counts]
    by_source: dict[str, Counts]

    @classmethod
    def of(cls, since: datetime, until: datetime, rows: Iterable[Mapping[str, Any]]) -> Self:
        counts = cls(
            since=since,
            until=until,
            by_rating={rating: Counts() for rating in (*get_args(Rating), "unrated")},
            by_source={source: Counts() for source in codes.SOURCES},
        )
        for row in rows:
            counted = Counts.model_validate(row)
            for total in (counts, counts.by_rating[row["rating"] or "unrated"], counts.by_source[row["source"]]):
                total.add(counted)
        return counts


class ReferralCounts(BaseModel):
    """The counts of the latest period and of the one before it."""

    this_period: CountsOfPeriod
    previous_period: CountsOfPeriod
