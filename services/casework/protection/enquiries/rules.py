"""How a section 47 enquiry stands."""

from typing import Literal

Kind = Literal["single", "joint"]
Outcome = Literal["conference", "substantiated_no_conference", "not_substantiated"]
EnquiryStatus = Literal["open", "awaits_conference", "ended"]


def status_of(outcome: str | None, all_children_ended: bool) -> EnquiryStatus:
    """An enquiry that found a conference to be needed goes on until it is held (CIN 8868)."""
    if all_children_ended:
        return "ended"
    return "awaits_conference" if outcome else "open"
