"""The lists of codes that the centres service takes and gives, and the route that publishes them."""

from typing import Any

from shared.access import SignedIn
from shared.codes import Codes
from shared.web import topic_router

router = topic_router("codes")

AUDIENCES: Codes = {
    "targeted": "Children and families who are open to the Family Support Service",
    "partner": "A partner's session for a broader group, such as a health visitor's clinic or a voluntary drop-in",
    "open": "Everybody",
}

BOOKING_STATUSES: Codes = {"booked": "Has a place", "waiting": "On the waiting list"}

CRISIS_STATUSES: Codes = {
    "open": "Waits for a duty worker",
    "unanswered": "Nobody acknowledged it by its due time: it is on the Core Group's next agenda, and it still waits",
    "acknowledged": "A duty worker took it up",
}

ALL: dict[str, Codes] = {
    "audiences": AUDIENCES,
    "booking_statuses": BOOKING_STATUSES,
    "crisis_statuses": CRISIS_STATUSES,
}


@router.get("/codes")
async def list_codes(actor: SignedIn) -> dict[str, dict[str, Any]]:
    """Every list of codes that this service takes or gives, with the meaning of each code."""
    return {name: dict(each) for name, each in ALL.items()}
