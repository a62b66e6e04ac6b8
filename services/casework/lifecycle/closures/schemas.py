"""What callers of the closure and reopening endpoints send and get."""

from typing import Annotated

from pydantic import ConfigDict

from services.casework.cases.cases.schemas import CaseShown
from services.casework.codes import CLOSURES
from services.casework.record.case_actions.schemas import ActionShown
from services.casework.record.timescales.schemas import TimescaleShown
from shared.codes import CodeOf
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.fields import Reason, Text
from shared.web import RequestBody


class NewClosure(RequestBody):
    """The day from which the case is closed, the census's reason, and whatever else is to be written down."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "closed_on": "2026-04-17",
                    "reason": "RC7",
                    "text": "The plan was reviewed with the family: both children are safe, and the grandmother helps.",
                }
            ]
        }
    )

    closed_on: Day
    reason: Annotated[str, CodeOf("closures", CLOSURES)]
    text: Text | None = None


class NewReopening(RequestBody):
    """From which day on the case is open again, on which pathway, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reopened_on": "2026-05-05",
                    "pathway": "child_in_need",
                    "reason": "Closed too early: the grandmother has fallen ill",
                }
            ]
        }
    )

    reopened_on: Day
    pathway: Pathway
    reason: Reason


class ClosedCase(CaseShown):
    """A case as it was closed, with what was still to be done, soonest first: it lapses."""

    lapsed: list[TimescaleShown]


class ReopenedCase(CaseShown):
    """A case as it was opened again, with what falls due again, and the actions that lapsed when it was closed."""

    timescales: list[TimescaleShown]
    lapsed_actions: list[ActionShown]
