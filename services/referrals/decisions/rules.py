"""The rules of a decision: what departs from the suggestion, and what a second person signs."""

from typing import Literal

from services.referrals.thresholds.rules import THIRD_REFERRAL, Facts, Threshold

DecisionState = Literal["in_force", "awaiting_sign_off", "not_agreed"]

LEAST_REASON_TO_DEPART = 10
"""Characters: the least reason for departing from the suggestion (local)."""
LEAST_WORDS_TO_DEPART = 2
"""Words of it (local)."""

LEVEL_OF = {
    "strategy_discussion": 4,
    "assessment": 3,
    "thriving_families": 3,
    "early_help": 2,
    "signposted": 1,
    "no_further_action": 0,
}
"""The level of need that each outcome answers; whoever takes over a family that moves answers for it there."""

ON_OPEN_CHILD = "no_further_action_on_open_child"
SECOND_PERSON_SIGNS = "second_person_signs"
"""Without a cause: the open case is restricted to others than whoever decides or reads it."""

OFFERED_WITH = frozenset({"early_help", "signposted", "no_further_action"})
"""Outcomes with which a family gets to know what is on near it."""


def departs(suggested: Threshold, outcome: str, level: int) -> bool:
    """Whether a decision is of another level than suggested, or its outcome answers another one.

    Assessment and Thriving Families answer the same level: to choose between them is no departure.
    """
    return level != suggested.level or LEVEL_OF.get(outcome) != suggested.level


def leaves_alone_what_is_open(facts: Facts, outcome: str) -> bool:
    """Whether nothing is done about a child whom the Family Support Service works with already."""
    return outcome == "no_further_action" and bool(facts.open_pathways)


def is_reason_to_depart(reason: str) -> bool:
    return len(reason) >= LEAST_REASON_TO_DEPART and len(reason.split()) >= LEAST_WORDS_TO_DEPART


def signature_because(suggested: Threshold, facts: Facts, outcome: str, level: int) -> str | None:
    """Why a second person must sign a decision, if one must, by what whoever decides may see."""
    if suggested.level == 4 and (level < 4 or LEVEL_OF.get(outcome, level) < 4):
        return "below_suggested_level_4"
    if leaves_alone_what_is_open(facts, outcome):
        return ON_OPEN_CHILD
    if outcome == "no_further_action" and len(facts.earlier) >= THIRD_REFERRAL:
        return "no_further_action_on_third_referral"
    return None


def signature_because_shown(because: str | None, kept: int, seen: int) -> str | None:
    """The same for a reader, who sees so many of the open cases that are kept with the decision.

    Who sees none of them gets the code that names no case. Without any kept, the decision is of before they were.
    """
    return SECOND_PERSON_SIGNS if because == ON_OPEN_CHILD and kept and not seen else because


def state_of(needs_signature: bool, agreed: bool | None) -> DecisionState:
    """`agreed` is the second person's answer, if there is one yet."""
    if not needs_signature or agreed:
        return "in_force"
    return "awaiting_sign_off" if agreed is None else "not_agreed"
