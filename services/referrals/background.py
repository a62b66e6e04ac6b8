"""What goes on beside the API of the referrals service."""

from collections.abc import Sequence

from services.referrals.consumers import REACTIONS
from shared.background import Timer

TIMERS: Sequence[Timer] = ()

__all__ = ["REACTIONS", "TIMERS"]
