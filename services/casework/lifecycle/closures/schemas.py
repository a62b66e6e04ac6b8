"""What callers of the closure and reopening endpoints send."""

from typing import Annotated

from services.casework.codes import CLOSURES
from shared.codes import CodeOf
from shared.contracts.casework import Pathway
from shared.days import Day
from shared.fields import Reason, Text
from shared.web import RequestBody


class NewClosure(RequestBody):
    """The day from which the case is closed, the census's reason, and whatever else is to be written down."""

    closed_on: Day
    reason: Annotated[str, CodeOf("closures", CLOSURES)]
    text: Text | None = None


class NewReopening(RequestBody):
    """From which day on the case is open again, on which pathway, and why."""

    reopened_on: Day
    pathway: Pathway
    reason: Reason
