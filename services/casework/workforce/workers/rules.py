"""Which workers there are, who may be key worker, how posts follow each other, and who may see whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from shared.auth import Actor
from shared.organisations import organisation_key

Unfit = Literal["not-a-key-worker", "registration-required"]
NEEDS_REGISTRATION = frozenset({"child_in_need", "child_protection", "court"})
"""Pathways whose key worker is a registered social worker (R§36)."""


def obstacle_to(role: str, registration_number: str | None, pathway: str) -> Unfit | None:
    """Why this worker cannot be key worker on this pathway; None where nothing stands against it."""
    if role not in KEY_WORKER_ROLES:
        return "not-a-key-worker"
    if pathway in NEEDS_REGISTRATION and not (role == "social_worker" and registration_number):
        return "registration-required"
    return None


KEY_WORKER_ROLES = frozenset({"social_worker", "family_support_worker"})

A_DAY = timedelta(days=1)


def team_key(team: str | None) -> str | None:
    """What two spellings of one team share: `St John's 1` and `ST JOHN’S-1` are one team."""
    return organisation_key(team) if team else None


def is_same_team(one: str | None, other: str | None) -> bool:
    """Whether these are one team, however each is spelt; of who is in none, whether neither has one."""
    return team_key(one) == team_key(other)


@dataclass(frozen=True)
class Scope:
    """Where somebody works."""

    area: str
    team: str | None


def may_see_worker(actor: Actor, scope: Scope) -> bool:
    """Managers see the workers of the area and the team that their role is for.

    In SQL it is `visible_to` of `workforce/workers/queries.py`; `tests/services/casework/cases/test_casework_rules.py`
    holds the two together.
    """
    own_team = actor.team is None or is_same_team(actor.team, scope.team)
    return actor.area in (None, scope.area) and own_team


def is_counted(role: str, in_post: bool) -> bool:
    """Whether a worker counts among the key workers over whom caseloads are spread, with or without a family."""
    return in_post and role in KEY_WORKER_ROLES


@dataclass(frozen=True)
class Place:
    """What somebody is in the service."""

    role: str
    area: str
    team: str | None
    fte: Decimal


@dataclass(frozen=True)
class Stay:
    """A place from a day until before another; none: until further notice."""

    from_on: date
    until_on: date | None
    place: Place


def stay_on(stays: Sequence[Stay], day: date) -> Stay | None:
    """Where the worker is on a day; None before joining, after leaving, and between leaving and coming back."""
    return next((each for each in stays if each.from_on <= day and (not each.until_on or day < each.until_on)), None)


def with_change(stays: Sequence[Stay], place: Place, from_on: date, today: date) -> list[Stay]:
    """The stays when the worker is in this place from a day on: what was recorded from then until today gives way,
    and what is planned after both days stays."""
    before = [each for each in stays if each.from_on < from_on]
    planned = [each for each in stays if each.from_on > max(from_on, today)]
    ended = [replace(each, until_on=min(each.until_on or from_on, from_on)) for each in before]
    return _joined([*ended, Stay(from_on, planned[0].from_on if planned else None, place), *planned])


def without_change(stays: Sequence[Stay], from_on: date) -> list[Stay]:
    """The stays without the change of a day: the one before goes on."""
    index = next(index for index, each in enumerate(stays) if each.from_on == from_on)
    goes_on = replace(stays[index - 1], until_on=stays[index].until_on)
    return _joined([*stays[: index - 1], goes_on, *stays[index + 1 :]])


def with_end(stays: Sequence[Stay], until_on: date | None) -> list[Stay]:
    """The stays when the last one ends before a day, or goes on."""
    return [*stays[:-1], replace(stays[-1], until_on=until_on)]


def without_changes_after(stays: Sequence[Stay], last_on: date, today: date) -> list[Stay]:
    """The stays without the changes that are planned for days after the last day in post."""
    planned = [each for each in stays[1:] if each.from_on > max(last_on, today) and continues(stays, each.from_on)]
    return [each for each in stays if each not in planned]


def continues(stays: Sequence[Stay], from_on: date) -> bool:
    """Whether a stay that begins on this day follows another without a gap: a change, not a joining."""
    return any(each.until_on == from_on for each in stays)


def left_on(stays: Sequence[Stay]) -> date | None:
    """The first day out of post after the worker last left, whether or not they came back; None who never left."""
    begins = {each.from_on for each in stays}
    return max((each.until_on for each in stays if each.until_on and each.until_on not in begins), default=None)


def begins_on(stays: Sequence[Stay], today: date) -> date | None:
    """Today for who is in post; else the day of joining or coming back, where one is known."""
    return (
        today if stay_on(stays, today) else min((each.from_on for each in stays if each.from_on > today), default=None)
    )


def next_change_on(stays: Sequence[Stay], leaves_on: date | None, today: date) -> date | None:
    """The first day to come on which the post begins, changes or has ended; a past one where the end waits for the
    families to be moved."""
    days = [each.from_on for each in stays if each.from_on > today]
    if leaves_on and leaves_on < date.max and stays[-1].until_on is None:
        days.append(leaves_on + A_DAY)
    return min(days, default=None)


def key_worker_since(stays: Sequence[Stay], day: date) -> date | None:
    """Since when, without a break, the worker has been one who can be key worker; None where not so on that day."""
    since: date | None = None
    following: date | None = None
    for each in reversed([stay for stay in stays if stay.from_on <= day]):
        breaks = each.until_on is not None and each.until_on <= day if since is None else each.until_on != following
        if breaks or each.place.role not in KEY_WORKER_ROLES:
            break
        since = following = each.from_on
    return since


def _joined(stays: Sequence[Stay]) -> list[Stay]:
    """The same with neighbours that are alike made one."""
    joined: list[Stay] = []
    for each in stays:
        last = joined[-1] if joined else None
        if last and last.until_on == each.from_on and last.place == each.place:
            joined[-1] = replace(last, until_on=each.until_on)
        else:
            joined.append(each)
    return joined
