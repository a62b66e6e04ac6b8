"""The lists of codes that the centres service takes and gives."""

from shared.codes import Codes

AUDIENCES: Codes = {
    "targeted": "Children and families who are open to the Family Support Service",
    "partner": "A partner's session for a broader group, such as a health visitor's clinic or a voluntary drop-in",
    "open": "Everybody",
}

BOOKING_STATUSES: Codes = {"booked": "Has a place", "waiting": "On the waiting list"}

CRISIS_STATUSES: Codes = {
    "open": "Waits for a duty worker",
    "unanswered": "Nobody acknowledged it by its due time: the Core Group is told, and it still waits",
    "acknowledged": "A duty worker took it up",
}

ALL: dict[str, Codes] = {
    "audiences": AUDIENCES,
    "booking_statuses": BOOKING_STATUSES,
    "crisis_statuses": CRISIS_STATUSES,
}
