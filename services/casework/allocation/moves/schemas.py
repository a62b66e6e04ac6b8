"""What callers of the move endpoint send."""

from pydantic import ConfigDict

from shared.days import Day
from shared.fields import Reason
from shared.places import Area
from shared.web import RequestBody


class NewMove(RequestBody):
    """Where the family lives now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "area": "north",
                    "moved_on": "2026-03-09",
                    "reason": "The family moved in with the grandparents in Banbury.",
                },
            ]
        }
    )

    area: Area
    moved_on: Day
    reason: Reason
