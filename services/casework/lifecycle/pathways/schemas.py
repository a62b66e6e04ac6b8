"""What callers of the pathways endpoints send and get."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.casework.lifecycle.pathways.rules import Direction
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.fields import Reason
from shared.web import RequestBody


class NewStep(RequestBody):
    """Where the family is stepped to and why; without a day, today."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "pathway": "child_protection",
                    "reason": "The strategy discussion of 23 March found that significant harm is likely",
                    "from_on": "2026-03-23",
                }
            ]
        }
    )

    pathway: Pathway
    reason: Reason
    from_on: Day | None = None


class LawfulStepShown(BaseModel):
    """A step that may be taken, and by what right."""

    model_config = ConfigDict(from_attributes=True)

    before: Pathway
    after: Pathway
    direction: Direction
    because: str
    decided_by: Literal["service", "front_door"]


class LawfulSteps(BaseModel):
    """Every lawful step between pathways."""

    items: list[LawfulStepShown]
