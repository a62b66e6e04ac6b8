"""What goes on beside the API of the centres service."""

from collections.abc import Sequence
from datetime import timedelta

from services.centres.consumers import REACTIONS
from services.centres.crises.actions import announce_unanswered_crises
from services.centres.timetable.actions import keep_series_ahead, make_what_was_not_made
from shared.background import Timer

TIMERS: Sequence[Timer] = (
    Timer("announce_unanswered_crises", timedelta(seconds=30), announce_unanswered_crises),
    Timer("keep_series_ahead", timedelta(hours=1), keep_series_ahead),
    Timer("make_what_was_not_made", timedelta(hours=1), make_what_was_not_made),
)

__all__ = ["REACTIONS", "TIMERS"]
