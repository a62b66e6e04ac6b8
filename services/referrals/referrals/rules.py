"""The rules of the front door: clocks, steps and who may see what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from services.referrals.people.rules import may_see_family
from shared.auth import Actor, Role
from shared.names import plain_marks
from shared.organisations import organisation_key
from shared.working_days import close_of_working_day

Status = Literal["submitted", "rated", "awaiting_sign_off", "accepted", "not_accepted", "withdrawn"]
Rating = Literal["red", "amber", "green"]
Step = Literal[
    "acknowledge",
    "amend",
    "place",
    "confirm_organisation",
    "request_information",
    "withdraw",
    "request_withdrawal",
    "refuse_withdrawal",
    "rate",
    "decide",
    "sign_off",
]

RATED_WITHIN = 1
"""Working days from receipt to the rating (OX, local)."""
ACKNOWLEDGED_WITHIN = 1
"""Working days from receipt until the referrer is informed that it came and what is done (Working Together 2023)."""
RED_DECIDED_WITHIN = timedelta(hours=4)
"""Elapsed, from receipt (OX, local); also with immediate danger, whatever the rating."""
AMBER_DECIDED_WITHIN = 1
"""Working days (OX, local)."""
GREEN_DECIDED_WITHIN = 3
"""Working days (OX, local); also the limit before the rating."""

OLDEST_WITHOUT_NEEDS = 19
"""Years; older ones are remarked on where no additional needs are recorded, and not refused (R§49)."""
OLDEST_CHILD = 25
"""Years: 0 to 19, to 25 with additional needs (cabinet report of 2015, paragraph 49)."""


@dataclass(frozen=True)
class StepRule:
    """From which statuses a step may be taken, and to which it may lead; none: the status stays."""

    taken_from: frozenset[Status]
    leads_to: frozenset[Status] = frozenset()


UNDECIDED: frozenset[Status] = frozenset({"submitted", "rated", "awaiting_sign_off"})
DECIDED: frozenset[Status] = frozenset({"accepted", "not_accepted"})

STEPS: dict[Step, StepRule] = {
    "acknowledge": StepRule(UNDECIDED | DECIDED),
    "amend": StepRule(UNDECIDED | DECIDED),
    "place": StepRule(UNDECIDED),
    "confirm_organisation": StepRule(UNDECIDED | DECIDED),
    "request_information": StepRule(UNDECIDED),
    "withdraw": StepRule(frozenset({"submitted", "rated"}), frozenset({"withdrawn"})),
    "request_withdrawal": StepRule(frozenset({"submitted", "rated"})),
    "refuse_withdrawal": StepRule(frozenset({"submitted", "rated"})),
    "rate": StepRule(frozenset({"submitted", "rated"}), frozenset({"rated"})),
    "decide": StepRule(frozenset({"submitted", "rated"}), DECIDED | {"awaiting_sign_off"}),
    "sign_off": StepRule(frozenset({"awaiting_sign_off"}), DECIDED | {"submitted", "rated"}),
}
"""The life of a referral, stated once: the code refuses every other step, and the documents draw their picture."""

STATUS_AFTER: dict[str, Status] = {
    "strategy_discussion": "accepted",
    "assessment": "accepted",
    "thriving_families": "accepted",
    "early_help": "not_accepted",
    "signposted": "not_accepted",
    "transferred": "not_accepted",
    "no_further_action": "not_accepted",
}
"""The status that each outcome of a decision leads to; accepted means that a case opens."""

LEAST_LEVEL = {"strategy_discussion": 4, "assessment": 3, "thriving_families": 3}
"""The level of need below which an outcome makes no sense (Children Act 1989 s17 and s47; R§49)."""


def rating_due_by(received_at: datetime) -> datetime:
    return close_of_working_day(received_at, RATED_WITHIN)


def acknowledgement_due_by(received_at: datetime) -> datetime:
    return close_of_working_day(received_at, ACKNOWLEDGED_WITHIN)


def decision_due_by(received_at: datetime, rating: Rating | None, immediate_danger: bool) -> datetime:
    """When the final decision is due; a referral that is not rated yet is held to the green limit.

    No rating gives more time than immediate danger does.
    """
    if rating == "red" or immediate_danger:
        return received_at + RED_DECIDED_WITHIN
    if rating == "amber":
        return close_of_working_day(received_at, AMBER_DECIDED_WITHIN)
    return close_of_working_day(received_at, GREEN_DECIDED_WITHIN)


def may_step(step: Step, status: str) -> bool:
    return status in STEPS[step].taken_from


CALLS: dict[Step, str] = {
    "acknowledge": "POST /referrals/v1/referrals/{referral_id}/acknowledgement",
    "amend": "POST /referrals/v1/referrals/{referral_id}/amendments",
    "place": "POST /referrals/v1/referrals/{referral_id}/placement",
    "confirm_organisation": "POST /referrals/v1/referrals/{referral_id}/organisation",
    "request_information": "POST /referrals/v1/referrals/{referral_id}/information-requests",
    "withdraw": "POST /referrals/v1/referrals/{referral_id}/withdrawal",
    "request_withdrawal": "POST /referrals/v1/referrals/{referral_id}/withdrawal",
    "refuse_withdrawal": "POST /referrals/v1/referrals/{referral_id}/withdrawal/decision",
    "rate": "POST /referrals/v1/referrals/{referral_id}/rating",
    "decide": "POST /referrals/v1/referrals/{referral_id}/decision",
    "sign_off": "POST /referrals/v1/referrals/{referral_id}/decision/sign-off",
}
"""By which call each step is taken, as the gateway takes it."""


class Standing(Protocol):
    """What decides which steps a referral may take now."""

    @property
    def status(self) -> str: ...
    @property
    def immediate_danger(self) -> bool: ...
    @property
    def acknowledged_at(self) -> datetime | None: ...
    @property
    def withdrawal_requested_at(self) -> datetime | None: ...
    @property
    def organisation(self) -> str | None: ...
    @property
    def organisation_confirmed_by(self) -> str | None: ...


def lawful_steps(referral: Standing) -> list[Step]:
    """The steps that a referral may take now, by whoever has the role for each; for a refusal to name.

    A request of its referrer to withdraw it is not among them: the MASH withdraws it by the same call.
    """
    waits = referral.withdrawal_requested_at is not None
    of_its_own_people = bool(referral.organisation) and referral.organisation_confirmed_by is None
    not_now: dict[Step, bool] = {
        "acknowledge": referral.acknowledged_at is not None,
        "decide": needs_rating_first(referral.status, referral.immediate_danger),
        "request_withdrawal": True,
        "refuse_withdrawal": not waits,
        "confirm_organisation": of_its_own_people,
    }
    return [step for step in STEPS if may_step(step, referral.status) and not not_now.get(step, False)]


def needs_rating_first(status: str, immediate_danger: bool) -> bool:
    """A decision follows a rating; only immediate danger is decided at once."""
    return status == "submitted" and not immediate_danger


def may_be_withdrawn_by_referrer(rating: str | None, immediate_danger: bool) -> bool:
    """Whether a referrer alone may take a referral back; what is red, amber or dangerous at once is for the MASH."""
    return not immediate_danger and rating not in ("red", "amber")


def is_possible_birth(born: date, received_on: date) -> bool:
    """Whether somebody born on that day can be a child of the service on the day of receipt."""
    return born <= received_on and years_old(born, received_on) <= OLDEST_CHILD


def years_old(born: date, on: date) -> int:
    """Whoever was born on 29 February completes a year on 1 March where there is no such day; nobody is under 0."""
    return max(0, on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


class Person(Protocol):
    """A child as it is sent, or as the index has it."""

    @property
    def date_of_birth(self) -> date | None: ...
    @property
    def additional_needs(self) -> bool: ...
    @property
    def nhs_number(self) -> str | None: ...
    @property
    def upn(self) -> str | None: ...


def is_past_age_without_needs(child: Person, on: date) -> bool:
    """Whether a young person is past the age to which the service goes without additional needs."""
    return bool(
        child.date_of_birth and not child.additional_needs and years_old(child.date_of_birth, on) > OLDEST_WITHOUT_NEEDS
    )


def number_twice(children: Sequence[Person]) -> tuple[int, Literal["nhs_number", "upn"]] | None:
    """The first child that has the NHS number or UPN of an earlier one, and which; none: no two share one."""
    seen: set[tuple[str, str]] = set()
    for place, child in enumerate(children):
        numbers: tuple[tuple[Literal["nhs_number", "upn"], str | None], ...] = (
            ("nhs_number", child.nhs_number),
            ("upn", child.upn),
        )
        for name, number in numbers:
            if number and (name, number) in seen:
                return place, name
        seen |= {(name, number) for name, number in numbers if number}
    return None


@dataclass(frozen=True)
class Origin:
    """What decides who may see a referral."""

    area: str | None
    submitted_by: str
    organisation: str | None
    named: frozenset[str] = frozenset()
    """Who alone may see the family, where it is restricted."""
    named_by_casework: frozenset[str] = frozenset()
    """The same, as casework restricts it."""


def may_see_referral(actor: Actor, origin: Origin) -> bool:
    """The MASH sees its area, and what has no area yet; a referrer what the own organisation sent.

    A restricted family is for those who are named, whatever anybody's role. `visible_to` of `referrals/queries.py` is
    the same in SQL; `tests/services/referrals/test_visibility.py` holds the two together.
    """
    if actor.has(Role.SERVICE):
        return True
    return may_see_family(actor, origin.named, origin.named_by_casework) and _may_see_by_role(actor, origin)


def _may_see_by_role(actor: Actor, origin: Origin) -> bool:
    if actor.has(Role.MASH_PRACTITIONER, Role.MASH_MANAGER):
        return actor.area is None or origin.area is None or origin.area == actor.area
    if not actor.has(Role.REFERRER, Role.PARTNER):
        return False
    if actor.organisation is None:
        return origin.submitted_by == actor.subject
    if origin.organisation is None:
        return False
    return organisation_key(origin.organisation) == organisation_key(actor.organisation)


REFERENCE_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""Nothing that is misread or misheard for another, and no vowels, so that no word appears."""


def reference_meant(sent: str) -> str | None:
    """The reference that somebody typed as it was read out, in whatever case, with or without `RW` and dashes.

    None where it can be none: nothing else looks like one of its letters, so that nothing is guessed.
    """
    letters = "".join(each for each in plain_marks(sent).upper() if each.isalnum())
    letters = letters.removeprefix("RW") if len(letters) == 10 else letters
    if len(letters) != 8 or not set(letters) <= set(REFERENCE_LETTERS):
        return None
    return f"RW-{letters[:4]}-{letters[4:]}"
