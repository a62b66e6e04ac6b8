"""The rules of information requests: by when a partner answers, when it is chased, and who may see which."""

from datetime import datetime, timedelta
from typing import Literal

from services.referrals.referrals.rules import UNDECIDED, Origin, may_see_referral
from shared.auth import Actor, Role
from shared.organisations import organisation_key
from shared.working_days import close_of_working_day

Risk = Literal["high", "medium", "low", "none"]
RequestStatus = Literal["open", "answered", "lapsed"]

RED_ANSWERED_WITHIN = timedelta(hours=2)
"""Elapsed, from the asking (local): half of the time to the decision; also with immediate danger."""
AMBER_ANSWERED_WITHIN = timedelta(hours=4)
"""Elapsed (local)."""
GREEN_ANSWERED_WITHIN = 1
"""Working days (local); also before the rating."""
CHASED_EVERY = timedelta(hours=24)
"""Local: a partner that is late is reminded once a day, not with every turn of the timer."""


def answer_due_by(
    asked_at: datetime, rating: str | None, immediate_danger: bool, decision_due_at: datetime
) -> datetime:
    """By the rating, and in time for the decision; at once where the decision is overdue already.

    No rating gives more time than immediate danger does.
    """
    if rating == "red" or immediate_danger:
        due_at = asked_at + RED_ANSWERED_WITHIN
    elif rating == "amber":
        due_at = asked_at + AMBER_ANSWERED_WITHIN
    else:
        due_at = close_of_working_day(asked_at, GREEN_ANSWERED_WITHIN)
    return max(asked_at, min(due_at, decision_due_at))


def contradicts_consent(lawful_basis: str, consent_given: bool | None) -> bool:
    """Whether a basis rests on a consent that is on record as not given; where nothing is recorded, none is refused."""
    return lawful_basis == "consent" and consent_given is False


def status_of(answered_at: datetime | None, referral_status: str) -> RequestStatus:
    """A request lapses where the referral was decided or withdrawn first; an answer is taken all the same."""
    if answered_at:
        return "answered"
    return "open" if referral_status in UNDECIDED else "lapsed"


def is_late(status: RequestStatus, due_at: datetime, now: datetime) -> bool:
    return status == "open" and due_at < now


def may_see_request(actor: Actor, partner: str, origin: Origin) -> bool:
    """The MASH sees the requests about the referrals that it sees, a partner those to its own organisation.

    `visible_to` of `information_requests/queries.py` is the same in SQL; `tests/services/referrals/test_visibility.py`
    holds the two together.
    """
    if is_of_partner(actor, partner):
        return True
    return actor.has(Role.MASH_PRACTITIONER, Role.MASH_MANAGER) and may_see_referral(actor, origin)


def is_of_partner(actor: Actor, partner: str) -> bool:
    """Whether an actor is of the organisation that was asked; never without an organisation in the token."""
    if not actor.has(Role.PARTNER) or actor.organisation is None:
        return False
    return organisation_key(actor.organisation) == organisation_key(partner)
