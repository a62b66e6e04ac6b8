"""What goes on beside the API of the referrals service."""

from collections.abc import Sequence
from datetime import timedelta

from services.referrals.consumers import REACTIONS
from services.referrals.drafts.actions import forget_old_drafts
from services.referrals.information_requests.actions import bring_answers_forward, chase_late_answers
from services.referrals.people.actions import announce_earlier_restrictions, index_waiting
from services.referrals.referrals.actions import announce_overdue_decisions
from shared.background import Timer

TIMERS: Sequence[Timer] = (
    Timer("index_children", timedelta(minutes=1), index_waiting),
    Timer("announce_earlier_restrictions", timedelta(minutes=1), announce_earlier_restrictions),
    Timer("announce_overdue_decisions", timedelta(minutes=1), announce_overdue_decisions),
    Timer("chase_late_answers", timedelta(minutes=1), chase_late_answers),
    Timer("bring_answers_forward", timedelta(minutes=1), bring_answers_forward),
    Timer("forget_old_drafts", timedelta(hours=1), forget_old_drafts),
)

__all__ = ["REACTIONS", "TIMERS"]
