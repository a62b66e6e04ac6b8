"""What goes on beside the API of the governance service."""

from collections.abc import Sequence
from datetime import timedelta

from services.governance.consumers import REACTIONS
from services.governance.meetings.actions import keep_meetings_ahead
from shared.background import Timer

TIMERS: Sequence[Timer] = (Timer("keep_meetings_ahead", timedelta(days=1), keep_meetings_ahead),)

__all__ = ["REACTIONS", "TIMERS"]
