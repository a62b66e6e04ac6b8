"""What goes on beside the API of the centres service."""

from collections.abc import Sequence
from datetime import timedelta

from services.centres.consumers import REACTIONS
from services.centres.crises.actions import announce_unanswered_crises
from shared.background import Timer

TIMERS: Sequence[Timer] = (Timer("announce_unanswered_crises", timedelta(seconds=30), announce_unanswered_crises),)

__all__ = ["REACTIONS", "TIMERS"]
