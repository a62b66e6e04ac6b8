"""What callers of the move endpoint send."""

from shared.days import Day
from shared.fields import Reason
from shared.places import Area
from shared.web import RequestBody


class NewMove(RequestBody):
    """Where the family lives now."""

    area: Area
    moved_on: Day
    reason: Reason
