"""What goes on beside the API of the centres service."""

from collections.abc import Sequence

from services.centres.consumers import REACTIONS
from shared.background import Timer

TIMERS: Sequence[Timer] = ()

__all__ = ["REACTIONS", "TIMERS"]
