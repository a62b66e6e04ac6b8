"""When the outcome of a Thriving Families family may be claimed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.casework.outcomes.thriving_families.rules import Version


@dataclass(frozen=True)
class Outcome:
    """What a claim depends on: a family's eligibility, its needs, since when each is better, and its case."""

    eligible: bool
    """By the latest assessment; the needs are those of it."""
    needs: frozenset[str]
    improved: Mapping[str, date]
    closed_on: date | None
    """None while the case is open."""
    plan: Literal["none", "earlier", "current"] = "current"
    """Whether the outcome plan rests on the latest assessment, or on an earlier one."""
    claimed: bool = False


@dataclass(frozen=True)
class ClaimObstacle:
    """Why there is no claim yet, with the needs or the day that it depends on."""

    code: str
    needs: tuple[str, ...] = ()
    from_on: date | None = None


def claimable_from(version: Version, outcome: Outcome) -> date:
    """The first day on which every need has been better for long enough; asked where all have improved."""
    days = [outcome.improved[need] + version.lasts(need) for need in outcome.needs]
    if version.after_closure and outcome.closed_on:
        days += [outcome.closed_on + version.lasts(need) for need in outcome.needs]
    return max(days)


def obstacle_to_claim(version: Version, outcome: Outcome, claimed_on: date) -> ClaimObstacle | None:
    """What stands against claiming on a day; None where nothing does.

    Months are the calendar's: six after 31 August end on the last of February, and the day itself counts.
    """
    if outcome.claimed:
        return ClaimObstacle("already-claimed")
    if not outcome.eligible:
        return ClaimObstacle("not-eligible")
    if outcome.plan != "current":
        return ClaimObstacle("no-outcome-plan" if outcome.plan == "none" else "outcome-plan-out-of-date")
    if behind := sorted(outcome.needs - outcome.improved.keys()):
        return ClaimObstacle("need-not-improved", needs=tuple(behind))
    if version.after_closure and outcome.closed_on is None:
        return ClaimObstacle("case-still-open")
    from_on = claimable_from(version, outcome)
    return ClaimObstacle("not-yet-sustained", from_on=from_on) if claimed_on < from_on else None
