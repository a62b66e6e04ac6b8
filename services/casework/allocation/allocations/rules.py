"""Who may be a family's key worker, whom to suggest first and why, and what counts as a change of key worker."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.casework.allocation.ceilings.rules import fits
from services.casework.workforce.workers.rules import NEEDS_REGISTRATION, obstacle_to

Obstacle = Literal[
    "not-a-key-worker",
    "registration-required",
    "worker-not-in-post",
    "worker-leaving",
    "worker-on-leave",
    "worker-not-named",
    "outside-your-scope",
]

FOR_A_MANAGER: frozenset[Obstacle] = frozenset({"worker-leaving", "worker-on-leave"})
"""What a manager may pass with a recorded reason, as with the ceiling (local)."""

COUNTED_FOR = timedelta(days=365)
"""How far back changes of key worker are counted where no day is given (local)."""

OBSTACLE_SENTENCES: Mapping[Obstacle, str] = {
    "not-a-key-worker": "Is neither a social worker nor a family support worker",
    "registration-required": "Is not a registered social worker, whom this pathway requires",
    "worker-not-in-post": "Is not in post",
    "worker-leaving": "Is about to leave",
    "worker-on-leave": "Is on leave",
    "worker-not-named": "Is not among those who may see this restricted record",
    "outside-your-scope": "Works outside the area and team that your role is for",
}


@dataclass(frozen=True)
class Candidate:
    """A worker as they are now, with what they hold."""

    worker_id: UUID
    name: str
    role: str
    registration_number: str | None
    area: str
    team: str | None
    fte: Decimal
    children: int
    ceiling: Decimal
    in_post: bool = True
    leaves_on: date | None = None
    on_leave: bool = False
    on_leave_until: date | None = None
    in_scope: bool = True
    """Of the person who asks."""


@dataclass(frozen=True)
class Family:
    """What decides who is fit for it."""

    pathway: str
    area: str | None
    children: int
    held_by: Sequence[UUID] = ()
    """Its key workers so far, in order."""
    knew_until: Mapping[UUID, date] = field(default_factory=dict)
    """Who was key worker of it, or of a child of it elsewhere, and until when."""
    kept_out: frozenset[UUID] = frozenset()
    """Workers whom a restriction of the record does not name."""


@dataclass(frozen=True)
class Suggestion:
    candidate: Candidate
    would_hold: int
    room: Decimal
    """Children who could still come under the ceiling; less than none where it is passed."""
    fits: bool
    knew_until: date | None
    changes: int
    """Changes of key worker that the family would have had with this one."""
    obstacles: Sequence[Obstacle]
    reasons: Sequence[str]


def obstacles_to(candidate: Candidate, family: Family) -> list[Obstacle]:
    """Everything that stands against this worker as key worker from now on, apart from the ceiling."""
    by_role = obstacle_to(candidate.role, candidate.registration_number, family.pathway)
    standing: Sequence[tuple[Obstacle, bool]] = (
        ("worker-not-in-post", not candidate.in_post),
        ("worker-leaving", candidate.in_post and candidate.leaves_on is not None),
        ("worker-on-leave", candidate.on_leave),
        ("worker-not-named", candidate.worker_id in family.kept_out),
        ("outside-your-scope", not candidate.in_scope),
    )
    return ([by_role] if by_role else []) + [name for name, stands in standing if stands]


def changes_of(held_by: Iterable[UUID]) -> int:
    """Changes of key worker: another worker after one before; the same one again without another between is none."""
    changes = 0
    last: UUID | None = None
    for worker_id in held_by:
        changes += last is not None and worker_id != last
        last = worker_id
    return changes


def free_since(stretches: Sequence[tuple[date, date | None, UUID | None]]) -> date | None:
    """The first day of the time up to now without a key worker; of stretches of (from, until, who held it), in order.

    None where somebody holds it now. Before that day it was held, or closed, or not yet open.
    """
    since: date | None = None
    following: date | None = None
    for from_on, until_on, worker_id in reversed(stretches):
        if until_on != following or worker_id is not None:
            break
        since = following = from_on
    return since


def ranked(family: Family, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """The best first: nothing against them, room, the family's area, who knew it, fewest changes, most room (R§36)."""
    return sorted((_suggestion(family, each) for each in candidates), key=lambda made: _rank(family, made))


def _suggestion(family: Family, candidate: Candidate) -> Suggestion:
    would_hold = candidate.children + family.children
    bare = Suggestion(
        candidate=candidate,
        would_hold=would_hold,
        room=candidate.ceiling - would_hold,
        fits=fits(would_hold, candidate.ceiling),
        knew_until=family.knew_until.get(candidate.worker_id),
        changes=changes_of([*family.held_by, candidate.worker_id]),
        obstacles=obstacles_to(candidate, family),
        reasons=(),
    )
    return replace(bare, reasons=list(_reasons(family, bare)))


def _rank(family: Family, made: Suggestion) -> tuple[int, bool, bool, int, int, Decimal, str, UUID]:
    return (
        len(made.obstacles),
        not made.fits,
        family.area not in (None, made.candidate.area),
        -made.knew_until.toordinal() if made.knew_until else 0,
        made.changes,
        -made.room,
        made.candidate.name,
        made.candidate.worker_id,
    )


def _reasons(family: Family, made: Suggestion) -> Iterator[str]:
    """The same in sentences, in the order of the ranking."""
    for obstacle in made.obstacles:
        yield _obstacle_sentence(obstacle, made.candidate)
    yield _room_sentence(made)
    yield _area_sentence(family, made.candidate)
    if made.knew_until:
        yield f"Knew the family as key worker until {_day(made.knew_until)}"
    yield _changes_sentence(family, made.changes)
    if family.pathway in NEEDS_REGISTRATION and not {"not-a-key-worker", "registration-required"} & {*made.obstacles}:
        yield "Is a registered social worker, as this pathway requires"


def _obstacle_sentence(obstacle: Obstacle, candidate: Candidate) -> str:
    sentence = OBSTACLE_SENTENCES[obstacle]
    if obstacle == "worker-leaving" and candidate.leaves_on:
        return f"{sentence}: the last day is {_day(candidate.leaves_on)}"
    if obstacle == "worker-on-leave" and candidate.on_leave_until:
        return f"{sentence} until {_day(candidate.on_leave_until)}"
    return sentence


def _room_sentence(made: Suggestion) -> str:
    holds, ceiling = f"Would hold {_children(made.would_hold)}", _number(made.candidate.ceiling)
    if made.fits:
        return f"{holds} of {ceiling}: room for {_number(made.room)} more"
    return f"{holds}, {_number(-made.room)} over the ceiling of {ceiling}"


def _area_sentence(family: Family, candidate: Candidate) -> str:
    if family.area is None:
        return f"Works in the {candidate.area}; the family's area is not known"
    own = family.area == candidate.area
    return "Works in the family's area" if own else f"Works in another area: {candidate.area}"


def _changes_sentence(family: Family, changes: int) -> str:
    if not family.held_by:
        return "Would be the family's first key worker"
    if changes == changes_of(family.held_by):
        return "Was the last key worker: no change for the children"
    return f"Would be change of key worker number {changes} for the children"


def _children(count: int) -> str:
    return "1 child" if count == 1 else f"{count} children"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
