"""What goes on beside the API of the casework service."""

from collections.abc import Sequence
from datetime import timedelta

from services.casework.ceilings.actions import put_due_ceilings_in_force
from services.casework.consumers import REACTIONS
from shared.background import Timer

TIMERS: Sequence[Timer] = (Timer("put_due_ceilings_in_force", timedelta(minutes=1), put_due_ceilings_in_force),)

__all__ = ["REACTIONS", "TIMERS"]
