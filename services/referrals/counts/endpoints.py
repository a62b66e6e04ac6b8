"""The counts endpoint: what a manager sees of the front door's work."""

from datetime import timedelta
from itertools import pairwise
from typing import Annotated

from fastapi import Query

from services.referrals import access
from services.referrals.counts import queries
from services.referrals.counts.schemas import CountsOfPeriod, CountsQuery, ReferralCounts
from shared import clock
from shared.web import ReadSession, topic_router

COUNTED_TOGETHER = timedelta(days=30)

router = topic_router("counts")


@router.get("/referrals/counts")
async def count_referrals(
    query: Annotated[CountsQuery, Query()], actor: access.CanCountReferrals, session: ReadSession
) -> ReferralCounts:
    """How many referrals were received in the last 30 days and in the 30 before, by rating and by source.

    Of those received in the period: how many were rated, and for the first time by 17:00 on the next working day; how
    many have a final decision, and by the time it was due. A manager with an area counts that and what has none yet.
    """
    now = clock.now()
    starts = [now - number * COUNTED_TOGETHER for number in range(3)]
    this_period, previous_period = [
        CountsOfPeriod.of(since, until, await queries.count_referrals(session, actor, query.area, since, until))
        for until, since in pairwise(starts)
    ]
    return ReferralCounts(this_period=this_period, previous_period=previous_period)
