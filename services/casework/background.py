"""What goes on beside the API of the casework service."""

from collections.abc import Sequence
from datetime import timedelta

from services.casework.allocation.ceilings.actions import put_due_ceilings_in_force
from services.casework.cases.cases.actions import announce_cases_from_before
from services.casework.consumers import REACTIONS
from services.casework.record.timescales.actions import announce_missed_timescales
from services.casework.workforce.workers.actions import put_due_posts_in_force
from shared.background import Timer

TIMERS: Sequence[Timer] = (
    Timer("announce_cases_from_before", timedelta(hours=1), announce_cases_from_before),
    Timer("put_due_ceilings_in_force", timedelta(minutes=1), put_due_ceilings_in_force),
    Timer("put_due_posts_in_force", timedelta(minutes=1), put_due_posts_in_force),
    Timer("announce_missed_timescales", timedelta(minutes=1), announce_missed_timescales),
)

__all__ = ["REACTIONS", "TIMERS"]
